package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.report.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's commands: each is known, and those that need no file of the reader's are run. */
class ReadmeTest {

    private static final Pattern COMMAND = Pattern.compile("(?m)^ {4}\\./deepkd (.*)$");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\b(DIR|FILE|FOLDER)\\b");

    @TempDir
    private Path folder;

    static Stream<String> commands() throws IOException {
        return COMMAND.matcher(Files.readString(Path.of("README.md"))).results().map(match -> match.group(1));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandParses(String command) {
        Main.commandLine().parseArgs(command.split(" "));
    }

    @Test
    void theCommandsThatNeedNoFilesRun() throws IOException {
        List<String> ready = commands()
                .filter(command -> !PLACEHOLDER.matcher(command).find() && !command.startsWith("quickstart"))
                .toList();
        assertThat(ready).isNotEmpty();
        for (String command : ready) {
            CommandResult result = CommandResult.of(command.split(" "));
            assertThat(result.exitCode()).as(command + ": " + result.err()).isZero();
        }
    }

    /** With one epoch in place of all of them. */
    @Test
    void theQuickstartEndsWithATableOfThreeRowsAndTellsWhatToRunNext() throws IOException {
        assertThat(commands()).contains("quickstart");
        Path output = folder.resolve("quickstart");
        CommandResult result = CommandResult.of(
                "quickstart", "--epochs", "1", "--output", output.toString(), "--set", "batch-size=256");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("teacher").contains("student alone").contains("student distilled");
        assertThat(lastLine(result.out())).startsWith("Next").contains("deepkd train");

        List<JsonNode> rows = JsonLines.read(output.resolve("events.jsonl")).stream()
                .filter(event -> event.get("event").asText().equals("result"))
                .toList();
        assertThat(rows)
                .extracting(row -> row.get("row").asText())
                .containsExactly("teacher", "student alone", "student distilled");
        assertThat(rows.get(0).get("best").asDouble())
                .as("the embedded teacher")
                .isGreaterThan(90);
        assertThat(rows.get(0).get("bytes").asLong()).isLessThan(2_000_000);
        assertThat(JsonLines.read(output.resolve("events.jsonl")))
                .extracting(event -> event.get("event").asText())
                .contains("run-started", "epoch", "run-finished");
        for (String file : new String[] {"curves.png", "alone/student.safetensors", "distilled/config.yaml"}) {
            assertThat(output.resolve(file)).exists();
        }
    }

    private static String lastLine(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.strip().split("\n")));
        return lines.get(lines.size() - 1);
    }
}
