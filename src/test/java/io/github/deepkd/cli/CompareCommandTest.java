package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

    @TempDir
    private Path folder;

    private Path output;
    private String variants = "alone,deepkd=quickstart:deepkd";

    @BeforeEach
    void writeDataAndTeacher() {
        TinyRun.prepare(folder);
        output = folder.resolve("comparison");
    }

    @Test
    void anInterruptedComparisonGoesOnToTheSameResult() throws IOException {
        CommandResult whole = compare("--seeds", "1", "--jobs", "2", "--json");
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(whole.out());
        assertThat(json.at("/runs")).hasSize(2);
        assertThat(json.at("/against_first/deepkd/last/difference/n").asInt()).isEqualTo(1);
        assertThat(output.resolve("compare.json")).hasContent(whole.out());
        assertThat(ImageIO.read(output.resolve("compare.png").toFile()).getWidth())
                .isEqualTo(1600);

        stopAfterOneEpoch(output.resolve("deepkd/seed-1"));
        CommandResult resumed = compare("--seeds", "1", "--jobs", "2", "--json");
        assertThat(resumed.err()).contains("2 runs in " + output + ", 1 of them done");
        assertThat(resumed.out()).isEqualTo(whole.out());
        assertThat(JsonLines.read(output.resolve("deepkd/seed-1/events.jsonl")))
                .extracting(event -> event.get("event").asText())
                .contains("run-resumed");

        CommandResult again = compare("--seeds", "1");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.out()).contains("2 of them done").contains("minus alone");

        refused(List.of("--seeds", "1", "--set", "weight-decay=0.1"), "alone/seed-1", "weight-decay", "--output");
    }

    /** As if the process had been killed in the second epoch. */
    private static void stopAfterOneEpoch(Path run) throws IOException {
        Files.delete(run.resolve("checkpoints/epoch-0002.safetensors"));
        List<String> told = Files.readAllLines(run.resolve("events.jsonl")).stream()
                .takeWhile(line -> !line.contains("\"event\":\"epoch\",") || line.contains("\"epoch\":1,"))
                .toList();
        Files.writeString(run.resolve("events.jsonl"), String.join("\n", told) + "\n{\"event\":\"st");
    }

    @Test
    void theFirstRunThatFailsEndsTheComparisonAndIsNamed() throws IOException {
        Files.delete(folder.resolve("teacher.safetensors"));
        variants = "deepkd";
        CommandResult failed = compare("--seeds", "2");
        assertThat(failed.exitCode()).isEqualTo(2);
        assertThat(failed.err().lines()).hasSize(1);
        assertThat(failed.err()).contains(output.resolve("deepkd/seed-1").toString(), "teacher.safetensors");
    }

    @Test
    void whatCannotBeComparedIsRefusedInOneSentenceBeforeAnyRun() throws IOException {
        refused(List.of("--seeds", "0"), "--seeds 0", "one seed or more");
        refused(List.of("--seeds", "1,1"), "--seeds 1,1", "each once");
        refused(List.of("--seeds", "some"), "--seeds some", "such as 2,3,5");
        refused(List.of("--seeds", "2", "--jobs", "0"), "--jobs");
        refused(List.of("--seeds", "2", "--seed", "3"), "--seed");
        refused(List.of("--seeds", "2", "--set", "epocs=3"), "epocs");
        assertThat(output).doesNotExist();

        variants = "alone,deepkdd";
        refused(List.of("--seeds", "2"), "deepkdd", "did you mean 'deepkd'?");
        variants = "alone,alone";
        refused(List.of("--seeds", "2"), "alone twice");
        variants = "..=quickstart:alone";
        refused(List.of("--seeds", "2"), "NAME=RECIPE:VARIANT");
        assertThat(output).doesNotExist();

        Files.createDirectories(output);
        Files.writeString(output.resolve("events.jsonl"), "{}\n");
        variants = "alone";
        refused(List.of("--seeds", "2"), "holds a single run", "--output");
    }

    private void refused(List<String> more, String... named) {
        CommandResult result = compare(more.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named);
    }

    private CommandResult compare(String... more) {
        List<String> line = new ArrayList<>(List.of("compare", "quickstart", "--variants", variants));
        line.addAll(List.of("--output", output.toString(), "--epochs", "2"));
        for (String setting : new String[] {
            "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}}",
            "data.directory=" + folder,
            "teacher={model: resnet8, weights: '" + folder.resolve("teacher.safetensors") + "'}"
        }) {
            line.addAll(List.of("--set", setting));
        }
        line.addAll(List.of(more));
        return CommandResult.of(line);
    }
}
