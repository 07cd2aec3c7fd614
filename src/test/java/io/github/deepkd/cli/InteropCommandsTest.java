package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.interop.Scripts;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.TinyRun;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TorchScript teachers and students, and what files look like, by the command line. */
class InteropCommandsTest {

    @TempDir
    private Path folder;

    private Path script;

    @BeforeEach
    void writeDataAndModule() {
        TinyRun.prepare(folder);
        try (TensorScope scope = TensorScope.open()) {
            script = Scripts.classifier(folder.resolve("net.torchscript.pt"), 1, 12, 10);
        }
    }

    @Test
    void aTorchScriptStudentOfATorchScriptTeacherIsResumedToTheSameBitsAndEvaluatesAsSaved() throws IOException {
        String teacher = "teacher={model: null, weights: '" + script + "'}";
        String student = "student={model: torchscript, weights: '" + script + "'}";
        Path inOneGo = folder.resolve("in-one-go");
        Path resumed = folder.resolve("resumed");
        done(train(inOneGo, "method=kd", teacher, student, "epochs=2", "learning-rate=steps"));
        done(train(resumed, "method=kd", teacher, student, "epochs=1", "learning-rate=steps"));
        List<String> again = train(resumed, "method=kd", teacher, student, "epochs=2", "learning-rate=steps");
        again.add("--resume");
        CommandResult end = done(again);

        assertThat(end.out()).contains("Next: deepkd evaluate --weights " + resumed.resolve("student.torchscript.pt"));
        try (TensorScope scope = TensorScope.open()) {
            var one = Safetensors.read(inOneGo.resolve("student.safetensors")).tensors();
            var two = Safetensors.read(resumed.resolve("student.safetensors")).tensors();
            one.forEach((name, tensor) -> assertThat(Torch.equal(tensor, Objects.requireNonNull(two.get(name))))
                    .as(name)
                    .isTrue());
            Tensor before = Safetensors.read(inOneGo.resolve("student.safetensors"))
                    .tensors()
                    .get("conv");
            assertThat(before).isNotNull();
        }
        JsonNode last = new ObjectMapper()
                .readTree(done(List.of(
                                "evaluate",
                                "--json",
                                "--weights",
                                resumed.resolve("student.torchscript.pt").toString(),
                                "--data",
                                "idx:" + folder,
                                "--mean",
                                "0.5",
                                "--std",
                                "0.25"))
                        .out());
        assertThat(last.get("count").asInt()).isEqualTo(30);
        assertThat(end.out() + Files.readString(resumed.resolve("events.jsonl")))
                .contains("\"test_top1\":" + shortest(last.get("top1").asDouble()));
    }

    /** Accuracies of 30 images are told apart by their first digits. */
    private static String shortest(double percent) {
        return Double.toString(percent)
                .substring(0, Math.min(4, Double.toString(percent).length()));
    }

    @Test
    void whatAProgramCannotBeUsedForIsSaidInOneSentence() throws IOException {
        String weights = folder.resolve("teacher.safetensors").toString();
        refused(
                train(folder.resolve("x"), "student={model: torchscript}"),
                "student.model is torchscript",
                "student.weights");
        refused(
                train(folder.resolve("x"), "student={model: torchscript, weights: '" + weights + "'}"),
                "is no TorchScript module but in the format safetensors");
        refused(
                train(
                        folder.resolve("x"),
                        "student={model: torchscript, weights: '" + script + "'}",
                        "precision=bfloat16"),
                "precision bfloat16",
                "--precision float32");
        refused(train(folder.resolve("x"), "student={model: onnx, weights: m.onnx}"), "an ONNX model only teaches");
        refused(
                train(folder.resolve("x"), "method=kd", "teacher={model: resnet8, weights: '" + script + "'}"),
                "is no file of weights for resnet8 but brings its own architecture (TorchScript module)");
        refused(
                train(folder.resolve("x"), "method=kd", "teacher={model: null, weights: '" + weights + "'}"),
                "holds weights alone (safetensors)",
                "it looks like resnet8 with 10 classes");
        refused(
                List.of(
                        "inspect",
                        Files.writeString(folder.resolve("notes"), "hello").toString()),
                "is a text file");
    }

    @Test
    void weightsOfAnotherArchitectureAreRecognised() {
        refused(
                List.of(
                        "evaluate",
                        "--model",
                        "resnet14",
                        "--weights",
                        folder.resolve("teacher.safetensors").toString(),
                        "--data",
                        "idx:" + folder),
                "does not fit the model resnet14",
                "missing",
                "; it looks like resnet8 with 10 classes");
    }

    @Test
    void inspectTellsFormatLikenessAndTensors() throws IOException {
        String file = folder.resolve("teacher.safetensors").toString();
        assertThat(done(List.of("inspect", file)).out())
                .contains(
                        ": safetensors, ", "it looks like resnet8 with 10 classes, for images of 1 channels (100 % of")
                .contains("layer1.0.conv1.weight", "[16, 16, 3, 3]");
        JsonNode json = new ObjectMapper()
                .readTree(done(List.of("inspect", file, "--json")).out());
        assertThat(json.get("model").asText()).isEqualTo("resnet8");
        assertThat(json.get("exact").asBoolean()).isTrue();
        assertThat(json.get("tensors").get(0).get("name").asText()).isEqualTo("conv1.weight");

        JsonNode program = new ObjectMapper()
                .readTree(done(List.of("inspect", script.toString(), "--json")).out());
        assertThat(program.get("format").asText()).isEqualTo("torchscript");
        assertThat(program.get("classes").asInt()).isEqualTo(10);
        assertThat(program.has("model")).isFalse();
    }

    private List<String> train(Path output, String... settings) {
        List<String> line = new ArrayList<>(List.of("train", "quickstart:alone", "--output", output.toString()));
        List<String> all = new ArrayList<>(
                List.of("data={kind: idx, normalization: {mean: [0.5], std: [0.25]}}", "data.directory=" + folder));
        all.addAll(Arrays.asList(settings));
        all.forEach(setting -> line.addAll(List.of("--set", setting)));
        return line;
    }

    private static CommandResult done(List<String> line) {
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    private static void refused(List<String> line, String... named) {
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named);
    }
}
