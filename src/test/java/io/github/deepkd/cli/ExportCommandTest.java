package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
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
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path run;

    @BeforeAll
    static void train() {
        TinyRun.prepare(folder);
        run = folder.resolve("compared/alone/seed-1");
        for (int seed = 1; seed <= 2; seed++) {
            CommandResult trained = CommandResult.of(
                    "train",
                    "quickstart:alone",
                    "--set",
                    "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}, directory: '" + folder + "'}",
                    "--set",
                    "batch-size=32",
                    "--epochs=1",
                    "--seed=" + seed,
                    "--output",
                    run.resolveSibling("seed-" + seed).toString());
            assertThat(trained.exitCode()).as(trained.err()).isZero();
        }
    }

    @Test
    void everyFormatIsWrittenWithACardThatTellsTheRunAndTheSpread() throws IOException {
        Path target = folder.resolve("all");
        CommandResult exported =
                export("--to", "safetensors,pytorch,onnx,torchscript", "--output", target.toString(), "--json");
        assertThat(exported.exitCode()).as(exported.err()).isZero();
        JsonNode files = JSON.readTree(exported.out()).get("files");
        assertThat(files).hasSize(4);
        assertThat(files.get(2).get("difference").asDouble()).isBetween(0.0, 1e-4);
        assertThat(files.get(3).get("difference").asDouble()).isBetween(0.0, 1e-4);
        assertThat(exported.err()).contains("student.onnx: ", " images/s ");
        for (String file :
                List.of("student.safetensors", "student.pt", "student.onnx", "student.torchscript.pt", "README.md")) {
            assertThat(target.resolve(file)).isNotEmptyFile();
        }
        String card = Files.readString(target.resolve("README.md"));
        assertThat(card).contains("quickstart:alone", "n = 2", "joint", "student.onnx", "(fill in)", "one thread");
        try (TensorScope scope = TensorScope.open()) {
            assertThat(Safetensors.read(target.resolve("student.safetensors")).metadata())
                    .containsEntry("height", "12")
                    .containsKey("class_names")
                    .containsKey("top1");
        }

        Files.writeString(target.resolve("README.md"), "filled in");
        assertThat(export("--to", "safetensors", "--output", target.toString()).out())
                .contains("stays as it is");
        assertThat(target.resolve("README.md")).hasContent("filled in");
    }

    @Test
    void withoutTheDataClassesAreNumberedOrNamed() throws IOException {
        Path names = Files.writeString(folder.resolve("names.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        Path target = folder.resolve("without");
        CommandResult exported = export(
                "--to", "onnx", "--image-size", "12", "--class-names", names.toString(), "--output", target.toString());
        assertThat(exported.exitCode()).as(exported.err()).isZero();
        assertThat(Files.readString(target.resolve("README.md"))).contains("10: a, b, c");
    }

    @Test
    void whatCannotBeExportedIsToldInOneSentence() throws IOException {
        Path names = Files.writeString(folder.resolve("nine.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\n");
        refused(List.of("export", folder.toString(), "--to", "onnx"), "holds no trained student", "config.yaml");
        refused(line("--to", "tflite"), "tflite", "ONNX");
        refused(line("--to", "onnx", "--class-names", names.toString()), "nine.txt has 9 class names", "10 classes");
        refused(line("--to", "onnx", "--data", "no/such/folder"), "no/such/folder");
        refused(line("--to", "pytorch", "--with-normalization"), "--with-normalization", "onnx");
        refused(line("--to", "pytorch", "--int8"), "--int8", "onnx");
        refused(line("--to", "onnx", "--int8", "--image-size", "12"), "--int8", "training images");
        refused(line("--to", "onnx", "--output", names.resolve("x").toString()), "--output");
    }

    @Test
    void tooFewImagesToCalibrateWithAreToldBeforeAnyFileIsWritten() {
        Path target = folder.resolve("calibrated");
        List<String> line = line("--to", "onnx", "--int8", "--calibration-images", "1000000", "--output");
        line.add(target.toString());
        refused(line, "--calibration-images is 1000000", "training images");
        assertThat(target.resolve("student.onnx")).doesNotExist();
    }

    @Test
    void aStudentWhoseTrainingDivergedIsRefusedAndNoFileIsLeft() throws IOException {
        Path broken = folder.resolve("broken");
        Files.createDirectories(broken);
        Files.copy(run.resolve("config.yaml"), broken.resolve("config.yaml"));
        try (TensorScope scope = TensorScope.open()) {
            Model model = Models.create("resnet8", 1, 10, Precision.FLOAT32);
            Torch.noGrad(() -> Torch.fill_(model.weights().values(), Double.NaN));
            Safetensors.write(broken.resolve("student.safetensors"), model.tensors(), Map.of());
        }
        refused(List.of("export", broken.toString(), "--to", "onnx"), "not finite");
        assertThat(broken.resolve("export/student.onnx")).doesNotExist();
    }

    private static List<String> line(String... options) {
        List<String> line = new ArrayList<>(List.of("export", run.toString()));
        line.addAll(Arrays.asList(options));
        return line;
    }

    private static CommandResult export(String... options) {
        return CommandResult.of(line(options));
    }

    private static void refused(List<String> line, String... named) {
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named).doesNotContain("Exception");
    }
}
