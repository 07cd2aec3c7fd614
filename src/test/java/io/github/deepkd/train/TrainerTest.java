package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Loader;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

    private static final String[] DEEPKD = {"method=kd", "momenta=deepkd", "mask=dynamic", "learning-rate.start=0.01"};

    @TempDir
    private Path folder;

    @Test
    void theTrainerMovesTheWeightsBitForBitAsAPlainLoopDoes() {
        RunConfig config = TinyRun.prepare(folder, DEEPKD);
        run(config, "run");
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> trained = student("run");
            plainLoop(config).forEach((name, expected) -> assertThat(Torch.equal(trained.get(name), expected))
                    .as(name)
                    .isTrue());
        }
    }

    /** KD with DeepKD's momenta, written out for one weight after the other. */
    private static Map<String, Tensor> plainLoop(RunConfig config) {
        Dataset data = Datasets.open("idx", config.data().directory());
        Loader loader = new Loader(
                data.train(), config.data().normalization(), config.data().augmentation(), 1, 32, 1);
        Torch.manualSeed(config.seed());
        Model student = Models.create("resnet8", 1, 10, Precision.FLOAT32);
        Teacher teacher = Teacher.frozen(Networks.load(
                Models.create("resnet8", 1, 10, Precision.FLOAT32),
                config.teacher().weights()));
        Tensor[] theta = student.weights().used();
        Tensor[] slow = Arrays.stream(theta).map(Torch::zerosLike).toArray(Tensor[]::new);
        Tensor[] fast = Arrays.stream(theta).map(Torch::zerosLike).toArray(Tensor[]::new);
        for (int epoch = 1; epoch <= 2; epoch++) {
            int k = epoch == 1 ? 1 : 9; // the mask of ten classes in the first and in the last epoch
            try (Epoch batches = loader.shuffled(config.seed(), epoch)) {
                while (batches.hasNext()) {
                    Batch batch = batches.next();
                    Tensor x = Torch.tensor(batch.images(), batch.size(), 1, 12, 12);
                    Tensor y = Torch.tensor(batch.labels());
                    Tensor zs = student.forward(x, Mode.TRAINING);
                    DecoupledKl kl = DecoupledKl.of(zs, teacher.logits(batch, 0, x), y, 4, k, Semantics.PAPER);
                    Tensor ce =
                            Torch.mul(0.1 / batch.size(), CrossEntropy.of(zs, y).gradient());
                    Tensor tckd = Torch.mul(0.9 / batch.size(), kl.target().gradient());
                    Tensor rest = Torch.sub(1, kl.teacherTarget());
                    Tensor nckd = Torch.mul(
                            0.9 / batch.size(), kl.nonTarget().weighted(rest).gradient());
                    Tensor[] slowGradient = Torch.grad(List.of(zs), List.of(Torch.add(ce, nckd)), theta, true);
                    Tensor[] fastGradient = Torch.grad(List.of(zs), List.of(tckd), theta, false);
                    Torch.noGrad(() -> {
                        for (int i = 0; i < theta.length; i++) {
                            Torch.add_(slowGradient[i], 5e-4, theta[i]);
                            Torch.add_(Torch.mul_(slow[i], 0.9 + 0.075), slowGradient[i]);
                            Torch.add_(Torch.mul_(fast[i], 0.9 - 0.075), fastGradient[i]);
                            Torch.add_(theta[i], -0.01, slow[i]);
                            Torch.add_(theta[i], -0.01, fast[i]);
                        }
                    });
                }
            }
        }
        return student.tensors();
    }

    @Test
    void theSameRunTwiceGivesTheSameBitsWhateverTheLoadersThreads() {
        RunConfig config = TinyRun.with(TinyRun.prepare(folder, DEEPKD), "threads=2");
        run(config, "one");
        run(TinyRun.with(config, "data.loader-threads=3"), "two");
        assertSameStudents("one", "two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet8", "imagenet_resnet18", "imagenet_mobilenet_v2"})
    void whereDeterminismIsAskedForNothingThatIsUsedIsRefusedAndTheBitsAreTheSame(String model) {
        RunConfig config = TinyRun.prepare(folder, "method=mlkd", "momenta=deepkd", "student.model=" + model);
        run(config, "plain");
        run(TinyRun.with(config, "deterministic=true"), "deterministic");
        assertSameStudents("plain", "deterministic");
    }

    @Test
    void aDeterministicRunIsToldWhichThreadCountItWouldHaveToFix() {
        RunConfig config = TinyRun.prepare(folder, "deterministic=true", "threads=0");
        runWithEvents(config, "run");
        assertThat(JsonLines.read(folder.resolve("run/events.jsonl")))
                .filteredOn(event -> event.path("event").asText().equals("warning"))
                .singleElement()
                .satisfies(event -> assertThat(event.path("what").asText()).contains("--threads"));
    }

    /** MobileNet has dropout. */
    @ParameterizedTest
    @CsvSource({"resnet8, float32", "resnet8, bfloat16", "imagenet_mobilenet_v2, float32"})
    void fourEpochsAreTwoAndTwoMoreBitForBit(String model, String precision) {
        String[] settings = {
            "epochs=4",
            "student.model=" + model,
            "precision=" + precision,
            "method=dkd",
            "momenta=deepkd",
            "mask=dynamic",
            "learning-rate={kind: cosine, start: 0.01, warm-up-epochs: 0.5}"
        };
        run(TinyRun.prepare(folder, settings), "whole");
        RunConfig config = TinyRun.prepare(folder, settings);
        Reporter killer = new StopAfter(2);
        assertThatThrownBy(() -> Run.train(config, "half", RunFolder.create(folder.resolve("half")), killer))
                .hasMessage("stopped after epoch 2");
        Run.train(config, "half", RunFolder.resume(folder.resolve("half"), config), silent());
        assertSameStudents("whole", "half");
    }

    @Test
    void aLearnedTemperatureIsResumedWithTheStudentBitForBit() {
        String[] settings = {"epochs=2", "method=kd", "standardize=true", "curriculum=ctkd", "learning-rate.start=0.01"
        };
        RunConfig config = TinyRun.prepare(folder, settings);
        run(config, "whole");
        assertThatThrownBy(() -> Run.train(config, "half", RunFolder.create(folder.resolve("half")), new StopAfter(1)))
                .hasMessage("stopped after epoch 1");
        Run.train(config, "half", RunFolder.resume(folder.resolve("half"), config), silent());
        assertSameStudents("whole", "half");
        run(TinyRun.with(config, "curriculum=none"), "fixed");
        try (TensorScope scope = TensorScope.open()) {
            assertThat(Torch.equal(
                            student("whole").get("fc.weight"), student("fixed").get("fc.weight")))
                    .isFalse();
        }
    }

    @Test
    void keepingEqualMomentaApartChangesTheWeightsByRoundingOnly() {
        run(TinyRun.prepare(folder, DEEPKD), "merged");
        run(TinyRun.with(TinyRun.prepare(folder, DEEPKD), "merge-equal-momenta=false"), "apart");
        assertCloseStudents("merged", "apart");
    }

    @Test
    void aResumedRunWithAnotherSettingIsRefusedAndTheSettingNamed() {
        RunConfig config = TinyRun.prepare(folder, "epochs=1");
        run(config, "run");
        RunConfig other = TinyRun.with(config, "weight-decay=0.1");
        assertThatThrownBy(() -> RunFolder.resume(folder.resolve("run"), other))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("weight-decay 5.0E-4, not 0.1");
    }

    @Test
    void moreEpochsAreRefusedOnResumeWhereTheScheduleDependsOnThem() {
        RunConfig config = TinyRun.prepare(folder, "epochs=1", "learning-rate=cosine");
        run(config, "run");
        assertThatThrownBy(() -> RunFolder.resume(folder.resolve("run"), TinyRun.with(config, "epochs=2")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("epochs 1, not 2");
    }

    @Test
    void fewerEpochsThanAreDoneAreRefusedOnResume() {
        RunConfig config = TinyRun.prepare(folder, "epochs=2");
        run(config, "run");
        RunConfig fewer = TinyRun.with(config, "epochs=1");
        RunFolder path = RunFolder.resume(folder.resolve("run"), fewer);
        assertThatThrownBy(() -> Run.train(fewer, "run", path, silent()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("has done 2 epochs, more than the 1");
    }

    @Test
    void otherImagesAreRefusedOnResume() throws java.io.IOException {
        RunConfig config = TinyRun.prepare(folder, "epochs=1");
        run(config, "run");
        Path labels = folder.resolve("train-labels-idx1-ubyte");
        byte[] bytes = java.nio.file.Files.readAllBytes(labels);
        bytes[8] = 3;
        java.nio.file.Files.write(labels, bytes);
        RunConfig more = TinyRun.with(config, "epochs=2");
        assertThatThrownBy(() -> Run.train(more, "run", RunFolder.resume(folder.resolve("run"), more), silent()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("other data");
    }

    @Test
    void everyMethodTrainsWithAnyMomentaAndMask() {
        for (String method : io.github.deepkd.distiller.Distillers.kinds().keySet()) {
            for (String momenta : io.github.deepkd.optim.Momenta.kinds().keySet()) {
                for (String mask : io.github.deepkd.schedule.TopK.kinds().keySet()) {
                    if (method.equals("none") && momenta.equals("deepkd-authors")) {
                        continue; // refused: SgdTest
                    }
                    RunConfig config = TinyRun.prepare(
                            folder, "epochs=1", "method=" + method, "momenta=" + momenta, "mask=" + mask);
                    run(config, method + "-" + momenta + "-" + mask);
                }
            }
        }
        assertThat(folder.resolve("dkd-deepkd-dynamic/student.safetensors")).exists();
    }

    @Test
    void twoClassesInBatchesOfOneAreTrained() throws java.io.IOException {
        RunConfig config = TinyRun.prepare(folder, "method=mlkd", "momenta=deepkd", "mask=dynamic", "batch-size=1");
        for (String split : List.of("train", "t10k")) {
            Path labels = folder.resolve(split + "-labels-idx1-ubyte");
            byte[] bytes = java.nio.file.Files.readAllBytes(labels);
            for (int i = 8; i < bytes.length; i++) {
                bytes[i] &= 1;
            }
            java.nio.file.Files.write(labels, bytes);
        }
        try (TensorScope scope = TensorScope.open()) {
            Model teacher = Models.create("resnet8", 1, 2, Precision.FLOAT32);
            Safetensors.write(folder.resolve("teacher.safetensors"), teacher.tensors(), Map.of());
        }
        run(config, "run");
        try (TensorScope scope = TensorScope.open()) {
            student("run")
                    .forEach((name, tensor) ->
                            assertThat(Torch.isFinite(tensor)).as(name).isTrue());
        }
    }

    @Test
    void aNewRunNeverOverwritesAnOldOne() throws java.io.IOException {
        Path path = folder.resolve("old");
        java.nio.file.Files.createDirectories(path);
        java.nio.file.Files.writeString(path.resolve("events.jsonl"), "{}\n");
        assertThatThrownBy(() -> RunFolder.create(path))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("already holds a run");
    }

    @Test
    void gainMatchedMomentumTrainsAsWeighedLossesAndDecayDoAndTellsTheLossesUnweighed() {
        String[] gains = {"epochs=1", "learning-rate.start=0.001", "momenta=joint-gain-matched"};
        RunConfig matched = TinyRun.with(TinyRun.prepare(folder, gains), "method={kind: dkd, ce-weight: 1, beta: 2}");
        RunConfig weighed = TinyRun.with(TinyRun.with(matched, "momenta=joint"), "weight-decay=2e-3");
        runWithEvents(matched, "matched");
        runWithEvents(TinyRun.with(weighed, "method={ce-weight: 4, alpha: " + 4 / 7.0 + ", beta: 8}"), "weighed");
        assertCloseStudents("matched", "weighed");
        Map<String, Double> expected = losses("weighed");
        losses("matched").forEach((component, loss) -> assertThat(loss * (component.equals("target") ? 4 / 7.0 : 4))
                .as(component)
                .isCloseTo(expected.get(component), within(1e-3)));
    }

    private Map<String, Double> losses(String run) {
        return JsonLines.epochs(folder.resolve(run).resolve("events.jsonl"))
                .get(0)
                .losses();
    }

    private void runWithEvents(RunConfig config, String name) {
        RunFolder path = RunFolder.create(folder.resolve(name));
        try (JsonLines events = new JsonLines(path.events())) {
            Run.train(config, name, path, events);
        }
    }

    private void run(RunConfig config, String name) {
        Run.train(config, name, RunFolder.create(folder.resolve(name)), silent());
    }

    private Map<String, Tensor> student(String name) {
        return Safetensors.read(folder.resolve(name).resolve("student.safetensors"))
                .tensors();
    }

    private void assertSameStudents(String one, String two) {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> expected = student(one);
            Map<String, Tensor> actual = student(two);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            actual.forEach((name, tensor) ->
                    assertThat(Torch.equal(tensor, expected.get(name))).as(name).isTrue());
        }
    }

    private void assertCloseStudents(String one, String two) {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> expected = student(one);
            student(two).forEach((name, tensor) -> assertThat(Torch.doubles(tensor))
                    .as(name)
                    .containsExactly(Torch.doubles(expected.get(name)), within(2e-3)));
        }
    }

    private static Reporter silent() {
        return Reporters.all(List.of());
    }
}
