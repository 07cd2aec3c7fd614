package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.TinyRun;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever cannot be used gets one sentence that names it, exit code 2, and leaves no run behind. */
class BadInputTest {

    @TempDir
    private Path folder;

    private Path output;

    @BeforeEach
    void writeDataAndTeacher() {
        TinyRun.prepare(folder);
        output = folder.resolve("out");
    }

    @Test
    void anUnknownRecipeKeyIsNamedWithTheKnownOnes() throws IOException {
        Path recipe = Files.writeString(folder.resolve("r.yaml"), "method: {kind: kd, temprature: 4}\n");
        refused(
                List.of("train", recipe.toString()),
                "r.yaml",
                "'temprature'",
                "did you mean 'temperature'?",
                "kd-weight");
    }

    @Test
    void aMaskLargerThanTheClassesIsRefused() {
        refused(train("mask={kind: fixed, k: 10}"), "mask.k is 10", "10 classes");
    }

    @Test
    void aMissingDataFolderIsNamed() {
        refused(train("data.directory=no/such/folder"), "no/such/folder");
        refused(List.of("data", "show", "cifar100:no/such/folder"), "no/such/folder");
    }

    @Test
    void aTruncatedCifarFileIsNamedWithExpectedAndFoundBytes() throws IOException {
        Files.write(folder.resolve("train.bin"), new byte[3074 * 2]);
        Files.write(folder.resolve("test.bin"), new byte[3074 + 100]);
        refused(List.of("data", "show", "cifar100:" + folder), "test.bin", "3174");
    }

    @Test
    void aTeacherWithAnotherClassCountIsRefused() {
        Path teacher = model("resnet8", 7);
        refused(
                train("method=kd", "teacher={model: resnet8, weights: '" + teacher + "'}"),
                teacher.toString(),
                "7 classes",
                "10");
    }

    @Test
    void aCheckpointOfAnotherArchitectureIsRefusedWithTheKeysThatDoNotFit() {
        Path teacher = model("resnet14", 10);
        refused(
                train("method=kd", "teacher={model: resnet8, weights: '" + teacher + "'}"),
                teacher.toString(),
                "resnet8",
                "layer1.1.conv1.weight");
    }

    @Test
    void aTextFileNamedSafetensorsIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.safetensors"), "these are not weights\n");
        List<String> evaluate =
                List.of("evaluate", "--model", "resnet8", "--weights", text.toString(), "--data", "idx:" + folder);
        refused(evaluate, "notes.safetensors");
    }

    @Test
    void anOutputFolderThatCannotBeWrittenIsRefused() throws IOException {
        output = Files.writeString(folder.resolve("file"), "in the way").resolve("run");
        refused(train(), output.toString(), "--output");
    }

    @Test
    void aNegativeLearningRateIsRefused() {
        refused(train("learning-rate.start=-0.1"), "learning-rate", "start must be greater than 0, found -0.1");
    }

    @Test
    void otherSlipsOfTheCommandLineGetOneSentenceToo() {
        refused(train("method=kdd"), "kdd", "dkd");
        refused(train("student.model=resnet9"), "resnet9", "resnet8x4");
        refused(train("epochs=0"), "epochs must be 1 or more");
        refused(train("method=kd", "teacher={weights: null}"), "teacher.weights");
        refused(train("momenta=deepkd-authors"), "deepkd-authors", "joint");
        refused(List.of("train", "quickstart:alone", "--resume"), "--resume needs", "--output");
        refused(List.of("train", "quickstart"), "quickstart:alone", "quickstart:deepkd");
        refused(List.of("train", "quickstart:alone", "--set", "epochs"), "--set epochs", "KEY=VALUE");
        refused(List.of("train", "cifar100/resnet56-resnet2O:kd"), "cifar100/resnet56-resnet20");
        refused(List.of("list", "modells"), "modells");
        List<String> cuda = new ArrayList<>(train());
        cuda.addAll(List.of("--device", "cuda"));
        refused(cuda, "device cuda", "--device cpu");
        refused(List.of("train", "--no-such-flag", "quickstart:alone"), "--no-such-flag");
    }

    @Test
    void settingsThatOnlyFitTogetherMayComeInAnyOrder() {
        List<String> line =
                train("momenta.mu=0.95", "momenta=deepkd", "momenta.delta-task=0.02", "momenta.delta-non-target=0");
        assertThat(CommandResult.of(line).exitCode()).isZero();
    }

    private List<String> train(String... settings) {
        List<String> line = new ArrayList<>(List.of("train", "quickstart:alone", "--output", output.toString()));
        List<String> all = new ArrayList<>(List.of(
                "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}}",
                "data.directory=" + folder,
                "student.model=resnet8",
                "epochs=1"));
        all.addAll(Arrays.asList(settings));
        all.forEach(setting -> line.addAll(List.of("--set", setting)));
        return line;
    }

    private Path model(String name, int classes) {
        Path file = folder.resolve(name + ".safetensors");
        try (TensorScope scope = TensorScope.open()) {
            Safetensors.write(
                    file, Models.create(name, 1, classes, Precision.FLOAT32).tensors(), Map.of());
        }
        return file;
    }

    private void refused(List<String> line, String... named) {
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named).doesNotContain("Exception");
        assertThat(Files.exists(output.resolve("student.safetensors"))).isFalse();
    }
}
