package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.report.JsonLines;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachCommandTest {

    @TempDir
    private Path folder;

    private Path answers;

    @BeforeEach
    void writeDataAndTeacher() {
        TinyRun.prepare(folder);
        answers = folder.resolve("answers");
    }

    @Test
    void storedAnswersTrainAStudentWhoseFirstLinesSaySo() throws IOException {
        CommandResult taught = teach("--views", "2");
        assertThat(taught.exitCode()).as(taught.err()).isZero();
        assertThat(taught.out())
                .contains("all 10 logits of 2 views of 80 images, 160 image-views")
                .contains("40 bytes per image-view, 10.3 kB in all")
                .contains("Stored 160 image-views in")
                .contains("Next: deepkd train quickstart:deepkd --set 'data={kind: idx, normalization:")
                .endsWith("--set threads=1 --set teacher.answers=" + answers + "\n");

        Files.delete(folder.resolve("teacher.safetensors"));
        Path run = folder.resolve("run");
        CommandResult trained = line(
                List.of("train", "quickstart:deepkd", "--epochs", "3", "--seed", "5", "--output", run.toString()),
                "--set",
                "teacher.answers=" + answers);
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.out().lines().limit(3))
                .anyMatch(line -> line.contains("stored answers of resnet8 in " + answers)
                        && line.contains("2 views of each image (seed 1), all logits"));
        assertThat(trained.out()).doesNotContain("Measuring the teacher");
        assertThat(JsonLines.read(run.resolve("events.jsonl"))
                        .get(0)
                        .get("answers")
                        .get("views")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void theSameCommandGoesOnAndSaysWhatWasThere() throws IOException {
        assertThat(teach("--views", "2", "--top", "2").out())
                .contains("20 bytes per image-view")
                .contains("NCKD");
        Path file = answers.resolve("answers.bin");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 2000));
        assertThat(teach("--views", "2", "--top", "2").out()).contains("Going on: 1 of 4 batches were stored before.");
        assertThat(teach("--views", "2", "--top", "2").out()).contains("Nothing was left to store.");
    }

    @Test
    void whatCannotBeUsedGetsOneSentence() throws IOException {
        refused(teach("--views", "0"), "--views must be 1 or more");
        refused(teach("--views", "1", "--top", "0"), "--top must be 1 or more");
        refused(teach("--views", "1", "--top", "9"), "top must be from 1 to 8");
        refused(teach("--views", "1", "--set", "teacher.weights=no.pt"), "no.pt");
        assertThat(answers).doesNotExist();
        refused(train(), answers.toString(), "deepkd teach");
        Files.createDirectories(answers);
        Files.writeString(answers.resolve("teach.json"), "{]");
        refused(train(), "teach.json", "copy it again");
        refused(teach("--views", "1"), "teach.json", "another folder");
        Files.delete(answers.resolve("teach.json"));
        Files.writeString(answers.resolve("events.jsonl"), "{}");
        refused(teach("--views", "1"), answers.toString(), "--output");
    }

    private CommandResult train() {
        String run = folder.resolve("run").toString();
        return line(List.of("train", "quickstart:deepkd", "--output", run), "--set", "teacher.answers=" + answers);
    }

    private CommandResult teach(String... more) {
        return line(List.of("teach", "quickstart:deepkd", "--output", answers.toString()), more);
    }

    private CommandResult line(List<String> command, String... more) {
        List<String> line = new ArrayList<>(command);
        for (String setting : new String[] {
            "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}}",
            "data.directory=" + folder,
            "teacher={model: resnet8, weights: '" + folder.resolve("teacher.safetensors") + "'}",
            "threads=1"
        }) {
            line.addAll(List.of("--set", setting));
        }
        line.addAll(List.of(more));
        return CommandResult.of(line);
    }

    private static void refused(CommandResult result, String... named) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named).doesNotContain("Exception");
    }
}
