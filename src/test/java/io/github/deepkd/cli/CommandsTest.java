package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    /** The one command that listens; the pages have no password. */
    @Test
    void servingAnswersThisMachineAloneUnlessAsked() {
        assertThat(Main.commandLine()
                        .getSubcommands()
                        .get("serve")
                        .getCommandSpec()
                        .findOption("--address")
                        .defaultValue())
                .isEqualTo("127.0.0.1");
    }

    @Test
    void aRunLeavesAFolderWithEverythingAndItsStudentEvaluatesToTheSameAccuracy() throws IOException {
        TinyRun.prepare(folder);
        Path run = folder.resolve("run");
        CommandResult trained = train(run, "--epochs", "2", new String[0]);
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("teacher").contains("top-1").contains("Next: deepkd evaluate");

        assertThat(run).isDirectoryContaining("glob:**config.yaml").isDirectoryContaining("glob:**checkpoints");
        assertThat(ImageIO.read(run.resolve("curves.png").toFile()).getWidth()).isGreaterThan(500);
        List<JsonNode> events = JsonLines.read(run.resolve("events.jsonl"));
        assertThat(events.get(0).get("event").asText()).isEqualTo("run-started");
        assertThat(events.get(0).get("data_hash").asText()).isNotBlank();
        assertThat(events.get(0).get("momenta").get("non-target").asDouble()).isEqualTo(0.975);
        JsonNode epoch = events.stream()
                .filter(e -> e.get("event").asText().equals("epoch"))
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(epoch.fieldNames())
                .toIterable()
                .contains(
                        "epoch",
                        "train_loss",
                        "losses",
                        "test_top1",
                        "test_top5",
                        "learning_rate",
                        "k",
                        "seconds",
                        "samples_per_second");
        assertThat(events.get(events.size() - 1).get("event").asText()).isEqualTo("run-finished");

        CommandResult evaluated = CommandResult.of(
                "evaluate",
                "--json",
                "--model",
                "resnet8",
                "--data",
                "idx:" + folder,
                "--weights",
                run.resolve("student.safetensors").toString());
        JsonNode accuracy = JSON.readTree(evaluated.out());
        assertThat(accuracy.get("count").asInt()).isEqualTo(30);
        assertThat(accuracy.get("top5").asDouble()).isBetween(0.0, 100.0);
        assertThat(accuracy.get("images_per_second").asDouble()).isPositive();
    }

    @Test
    void aFinishedRunGoesOnWithMoreEpochsOnResume() throws IOException {
        TinyRun.prepare(folder);
        Path run = folder.resolve("run");
        String[] schedule = {"--set", "learning-rate=steps", "--set", "mask=none"}; // which do not depend on the epochs
        assertThat(train(run, "--epochs", "1", schedule).exitCode()).isZero();
        CommandResult resumed = train(run, "--resume", "--epochs=4", schedule);
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        List<Integer> epochs = JsonLines.read(run.resolve("events.jsonl")).stream()
                .filter(e -> e.get("event").asText().equals("epoch"))
                .map(e -> e.get("epoch").asInt())
                .toList();
        assertThat(epochs).containsExactly(1, 2, 3, 4);
        try (var checkpoints = Files.list(run.resolve("checkpoints"))) {
            assertThat(checkpoints).hasSize(3);
        }
    }

    private CommandResult train(Path run, String one, String two, String[] more) {
        List<String> line =
                new java.util.ArrayList<>(List.of("train", "quickstart:deepkd", "--output", run.toString()));
        for (String setting : new String[] {
            "data={kind: idx, normalization: {mean: [0.2860], std: [0.3530]}}",
            "data.directory=" + folder,
            "teacher={model: resnet8, weights: '" + folder.resolve("teacher.safetensors") + "'}"
        }) {
            line.addAll(List.of("--set", setting));
        }
        line.addAll(List.of(one, two));
        line.addAll(List.of(more));
        return CommandResult.of(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "methods", "datasets", "recipes"})
    void everyListHasRows(String what) {
        CommandResult listed = CommandResult.of("list", what);
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.out().lines().count()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void everyShippedRecipeBinds() {
        for (var recipe : io.github.deepkd.config.Recipes.shipped().list()) {
            assertThat(io.github.deepkd.train.RunConfig.of(recipe).epochs())
                    .as(recipe.name())
                    .isPositive();
            assertThat(recipe.about()).as(recipe.name()).isNotBlank();
        }
    }

    @Test
    void dataShowCountsAndDrawsAContactSheet() throws IOException {
        TinyRun.prepare(folder);
        Path sheet = folder.resolve("sheet.png");
        CommandResult shown = CommandResult.of("data", "show", "idx:" + folder, "--sheet", sheet.toString());
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("80 training and 30 test images, 1 x 12 x 12, 10 classes");
        assertThat(ImageIO.read(sheet.toFile())).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "train",
                "teach",
                "compare",
                "evaluate",
                "export",
                "predict",
                "inspect",
                "list",
                "data",
                "bench"
            })
    void everyCommandHasHelpWithExamples(String command) {
        CommandResult help = CommandResult.of(command, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Examples:").contains("deepkd " + command);
    }

    @Test
    void thereIsACompletionScript() {
        assertThat(CommandResult.of("generate-completion").out()).contains("complete -F");
    }
}
