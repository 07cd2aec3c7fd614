package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Six epochs of three steps; a measurement of six steps at the end of every seven: after steps 7 and 14. */
class MeasuringTest {

    private static final String[] SETTINGS = {
        "epochs=6",
        "method=kd",
        "mask=dynamic",
        "learning-rate.start=0.01",
        "gsnr-window=6",
        "gsnr-every=7",
        "checkpoints.every-minutes=0"
    };

    @TempDir
    private Path folder;

    private RunConfig config(String... more) {
        RunConfig config = TinyRun.prepare(folder, SETTINGS);
        for (String setting : more) {
            config = TinyRun.with(config, setting);
        }
        return config;
    }

    /** MobileNet has dropout and batch-norm, DKD with CTKD a graph of its own, CRLD a second view. */
    @ParameterizedTest
    @CsvSource({
        "resnet8, float32, deepkd, kd",
        "resnet8, bfloat16, deepkd, kd",
        "resnet8, float32, deepkd-authors, dkd",
        "resnet8, float32, joint-gain-matched, crld",
        "imagenet_mobilenet_v2, float32, dot, mlkd"
    })
    void aMeasuredRunHasTheBitsOfOneThatIsNot(String model, String precision, String momenta, String method) {
        RunConfig measured = config(
                "student.model=" + model,
                "precision=" + precision,
                "momenta=" + momenta,
                "method=" + method,
                "curriculum=ctkd");
        train("measured", measured, StopSign.NONE);
        train("plain", TinyRun.with(measured, "gsnr-every=0"), StopSign.NONE);
        assertThat(events("measured", "gradients")).hasSize(2);
        assertThat(events("plain", "gradients")).isEmpty();
        assertSameTensors("measured", "plain", "student.safetensors");
        assertSameTensors("measured", "plain", "checkpoints/epoch-0006.safetensors");
    }

    @Test
    void whatIsMeasuredIsTold() {
        train("run", config("momenta=deepkd"), StopSign.NONE);
        JsonNode start = events("run", "run-started").get(0);
        assertThat(start.path("schema").asInt()).isEqualTo(2);
        assertThat(start.path("class_names")).hasSize(10);
        JsonNode gradients = events("run", "gradients").get(1);
        assertThat(gradients.path("epoch").asInt()).isEqualTo(5); // the 14th step
        assertThat(gradients.path("step").asInt()).isEqualTo(2);
        assertThat(gradients.path("batches").asInt()).isEqualTo(6);
        assertThat(names(gradients.path("components"))).containsExactly("task", "target", "non-target");
        assertThat(names(gradients.path("cosines")))
                .containsExactly("task/target", "task/non-target", "target/non-target");
        assertThat(names(gradients.path("velocities"))).containsExactly("task+non-target", "target");
        assertThat(gradients.path("velocities").path("target").path("momentum").asDouble())
                .isCloseTo(0.825, within(1e-12));
        JsonNode first = gradients.path("layers").path("conv1.weight");
        assertThat(names(first)).containsExactly("task", "target", "non-target");
        assertThat(gradients.path("components").path("task").path("norm").asDouble())
                .isPositive();
        assertThat(gradients
                        .path("components")
                        .path("task")
                        .path("update_cosine")
                        .asDouble())
                .isBetween(-1.0, 1.0);
        JsonNode predictions = events("run", "predictions").get(1);
        assertThat(predictions.path("student").path("entropy").asDouble()).isBetween(0.0, Math.log(10));
        assertThat(predictions.path("mask").path("kept_mass").asDouble()).isBetween(1.0, 100.0);
        List<JsonNode> evaluations = events("run", "evaluation");
        assertThat(evaluations).hasSize(7);
        assertThat(evaluations.get(0).path("network").asText()).isEqualTo("teacher");
        JsonNode last = evaluations.get(6);
        assertThat(last.path("class_top1")).hasSize(10);
        assertThat(last.path("certainty").path("top1").asDouble())
                .isCloseTo(events("run", "epoch").get(5).path("test_top1").asDouble(), within(1e-9));
        double share =
                events("run", "run-finished").get(0).path("measuring_share").asDouble();
        assertThat(share).isBetween(0.01, 99.0);
    }

    @Test
    void plainTrainingHasOneGradientAndNoTeacherToBeComparedWith() {
        train("run", config("method=none"), StopSign.NONE);
        JsonNode gradients = events("run", "gradients").get(0);
        assertThat(names(gradients.path("components"))).containsExactly("task");
        assertThat(gradients.path("cosines")).isEmpty();
        assertThat(events("run", "predictions").get(0).path("teacher").isNull()).isTrue();
        assertThat(events("run", "evaluation")).hasSize(6);
    }

    @Test
    void momentaFollowTheMeasuredRatiosWithinTheirBand() {
        train("run", config("momenta=gsnr"), StopSign.NONE);
        List<JsonNode> changes = events("run", "momenta");
        assertThat(changes).hasSize(2);
        JsonNode change = changes.get(1);
        Map<String, Double> momenta = numbers(change.path("momenta"));
        Map<String, Double> gsnr = numbers(change.path("gsnr"));
        assertThat(momenta.values()).allMatch(mu -> mu >= 0.825 && mu <= 0.975);
        assertThat(gsnr.keySet().stream().max((a, b) -> gsnr.get(a).compareTo(gsnr.get(b))))
                .isEqualTo(
                        momenta.keySet().stream().max((a, b) -> momenta.get(a).compareTo(momenta.get(b))));
        JsonNode velocities = events("run", "gradients").get(1).path("velocities");
        assertThat(velocities.path("task").path("momentum").asDouble()) // those in force at the step
                .isEqualTo(changes.get(0).path("momenta").path("task").asDouble())
                .isNotEqualTo(0.9);
    }

    /** Within a measurement, at its end, between two, in an evaluation. */
    @ParameterizedTest
    @ValueSource(ints = {3, 8, 10, 11, 17})
    void aRunWhoseMomentaFollowIsResumedBitForBit(int checks) {
        RunConfig config = config("momenta=gsnr");
        train("whole", config, StopSign.NONE);
        assertThatThrownBy(() -> train("half", config, new StopAtCheck(checks))).isInstanceOf(StopSign.Stopped.class);
        trainIn(RunFolder.resume(folder.resolve("half"), config), config, StopSign.NONE);
        assertSameTensors("whole", "half", "checkpoints/epoch-0006.safetensors");
        JsonNode whole = events("whole", "momenta").get(1);
        List<JsonNode> half = events("half", "momenta");
        assertThat(half.get(half.size() - 1).path("momenta")).isEqualTo(whole.path("momenta"));
    }

    @Test
    void whatIsMeasuredMayChangeOnResumeUnlessMomentaFollowIt() {
        train("free", config("epochs=1"), StopSign.NONE);
        RunFolder.resume(folder.resolve("free"), config("epochs=1", "gsnr-every=0"))
                .close();
        train("bound", config("epochs=1", "momenta=gsnr"), StopSign.NONE);
        assertThatThrownBy(() ->
                        RunFolder.resume(folder.resolve("bound"), config("epochs=1", "momenta=gsnr", "gsnr-every=9")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("gsnr-every 7, not 9");
    }

    @Test
    void momentaThatFollowNothingAreRefused() {
        RunConfig config = config("momenta=gsnr");
        assertThatThrownBy(() -> TinyRun.with(config, "gsnr-every=0"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("gsnr-every 0 measures nothing");
        assertThatThrownBy(() -> TinyRun.with(config, "gsnr-window=8"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("gsnr-every must be at least gsnr-window, found 7 and 8");
    }

    private void train(String name, RunConfig config, StopSign stop) {
        trainIn(RunFolder.create(folder.resolve(name)), config, stop);
    }

    private static void trainIn(RunFolder run, RunConfig config, StopSign stop) {
        try (JsonLines events = new JsonLines(run.events())) {
            Run.train(config, "test", run, Reporters.all(List.of(events)), stop);
        }
    }

    private List<JsonNode> events(String run, String name) {
        return JsonLines.read(folder.resolve(run).resolve("events.jsonl")).stream()
                .filter(event -> event.path("event").asText().equals(name))
                .toList();
    }

    private static Set<String> names(JsonNode object) {
        return numbers(object).keySet();
    }

    private static Map<String, Double> numbers(JsonNode object) {
        return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
                .collect(Collectors.toMap(
                        Function.identity(),
                        name -> object.path(name).asDouble(),
                        (a, b) -> a,
                        java.util.LinkedHashMap::new));
    }

    private void assertSameTensors(String one, String two, String file) {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> expected =
                    Safetensors.read(folder.resolve(one).resolve(file)).tensors();
            Map<String, Tensor> actual =
                    Safetensors.read(folder.resolve(two).resolve(file)).tensors();
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            actual.forEach((name, tensor) ->
                    assertThat(Torch.equal(tensor, expected.get(name))).as(name).isTrue());
        }
    }
}
