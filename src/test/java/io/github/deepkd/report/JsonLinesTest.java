package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunResumed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-04T05:06:07.089123Z"), ZoneOffset.UTC);

    private final Path file;

    JsonLinesTest(@TempDir Path folder) {
        file = folder.resolve("events.jsonl");
    }

    @Test
    void aClockThatIsSetBackChangesTheTimesToldAndNothingElse() {
        write(Events.epoch(1, 10));
        Clock earlier = Clock.offset(CLOCK, Duration.ofDays(-400));
        try (JsonLines lines = new JsonLines(file, earlier)) {
            lines.on(new RunResumed(1, 0, "c"));
            lines.on(Events.epoch(2, 20));
        }
        assertThat(JsonLines.epochs(file)).containsExactly(Events.epoch(1, 10), Events.epoch(2, 20));
    }

    private void write(RunEvent... events) {
        try (JsonLines lines = new JsonLines(file, CLOCK)) {
            List.of(events).forEach(lines::on);
        }
    }

    /** The only line, parsed by a mapper that knows nothing of ours. */
    private String written(RunEvent event) throws IOException {
        write(event);
        return Files.readString(file);
    }

    private void cutOff(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void assertSameJson(String actual, String expected) throws JsonProcessingException {
        assertThat(actual).endsWith("}\n").hasLineCount(1);
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(actual)).isEqualTo(mapper.readTree(expected));
    }

    @Test
    void anEpochIsOneFlatObjectWithEventAndTimeFirst() throws IOException {
        assertThat(written(Events.epoch(3, 65.32)))
                .isEqualTo("{\"event\":\"epoch\",\"time\":\"2026-03-04T05:06:07.089Z\",\"epoch\":3,\"train_loss\":1.24,"
                        + "\"losses\":{\"task_loss\":0.81,\"target_loss\":0.1,\"non_target_loss\":0.33},"
                        + "\"test_top1\":65.32,\"test_top5\":90.0,\"best_top1\":65.4,\"learning_rate\":0.05,\"k\":23,"
                        + "\"seconds\":12.0,\"samples_per_second\":812.0}\n");
    }

    @Test
    void theStartTellsAllThatItTakesToDoTheRunAgain() throws IOException {
        assertSameJson(written(Events.started(72.61)), """
                {"event": "run-started", "time": "2026-03-04T05:06:07.089Z", "schema": 2, "version": "0.1.0", "commit": "abc123",
                 "java": "17.0.1", "libtorch": "2.10.0", "os": "Linux", "device": "cpu", "precision": "float32",
                 "threads": 2, "seed": 7, "recipe": "cifar100/resnet56-resnet20:kd", "data_hash": "0123",
                 "configuration": {"student": "resnet20", "teacher": {"model": "resnet56"}, "data": "cifar100",
                                   "method": {"kind": "kd", "temperature": 4.0}},
                 "momenta": {"task": 0.975, "target": 0.825, "non-target": 0.975},
                 "gains": {"task": 1.0, "target": 1.0, "non-target": 1.0},
                 "weight_decay": {"task": 5e-4, "target": 0.0, "non-target": 0.0},
                 "components": ["task", "target", "non-target"], "class_names": ["cat", "dog"], "epochs": 240, "steps_per_epoch": 100,
                 "batch_size": 64, "student_parameters": 278324, "teacher_parameters": 861620,
                 "teacher_top1": 72.61, "answers": null}
                """);
    }

    @Test
    void aRunWithoutTeacherHasNullForItsAccuracy() throws IOException {
        JsonNode line = new ObjectMapper().readTree(written(Events.started(null)));
        assertThat(line.path("teacher_top1").isNull()).isTrue();
    }

    @Test
    void theOtherEventsAreToldUnderTheirNames() throws IOException {
        write(
                new RunResumed(4, 0, "checkpoint-4"),
                Events.step(5, 20),
                new Result("teacher", 93, 92.5, 92.75, 3, 1000, 4000, 61.5),
                new RunFinished(65.4, 200, 65, 65.25, 5, 3600, 1.5, 1_000_000));
        String time = "\"time\": \"2026-03-04T05:06:07.089Z\"";
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        assertSameJson(
                lines.get(0) + "\n",
                "{\"event\": \"run-resumed\", " + time + ", \"epoch\": 4, \"step\": 0,"
                        + " \"checkpoint\": \"checkpoint-4\"}");
        assertSameJson(lines.get(1) + "\n", "{\"event\": \"step\", " + time + """
                        , "epoch": 5, "step": 20, "loss": 1.5,
                        "losses": {"task_loss": 1.0, "target_loss": 0.2, "non_target_loss": 0.3},
                        "learning_rate": 0.05, "k": 23, "samples_per_second": 640.0}""");
        assertSameJson(lines.get(2) + "\n", "{\"event\": \"result\", " + time + """
                        , "row": "teacher", "best": 93.0, "last": 92.5, "mean": 92.75, "mean_of": 3,
                        "parameters": 1000, "bytes": 4000, "seconds": 61.5}""");
        assertSameJson(lines.get(3) + "\n", "{\"event\": \"run-finished\", " + time + """
                        , "top1_best": 65.4, "best_epoch": 200, "top1_last": 65.0, "top1_mean": 65.25,
                        "mean_of": 5, "seconds": 3600.0, "measuring_share": 1.5, "peak_memory_bytes": 1000000}""");
    }

    @Test
    void numbersThatAreNotFiniteAreTextAndComeBackAsNumbers() throws IOException {
        EpochDone diverged = new EpochDone(
                1, Double.NaN, Map.of("task", Double.POSITIVE_INFINITY), 1, 5, 1, Double.NEGATIVE_INFINITY, 0, 1, 1);
        JsonNode line = new ObjectMapper().readTree(written(diverged));
        assertThat(line.path("train_loss").textValue()).isEqualTo("NaN");
        assertThat(line.path("losses").path("task_loss").textValue()).isEqualTo("Infinity");
        assertThat(line.path("learning_rate").textValue()).isEqualTo("-Infinity");
        assertThat(JsonLines.epochs(file)).containsExactly(diverged);
    }

    @Test
    void everyEventIsInTheFileAtOnce() throws IOException {
        try (JsonLines lines = new JsonLines(file)) {
            lines.on(Events.epoch(1, 10));
            assertThat(JsonLines.epochs(file)).containsExactly(Events.epoch(1, 10));
            lines.on(Events.epoch(2, 20));
            assertThat(Files.readString(file)).hasLineCount(2).endsWith("}\n");
        }
    }

    @Test
    void aSecondProcessAppends() {
        write(Events.epoch(1, 10));
        write(new RunResumed(1, 0, "c"), Events.epoch(2, 20));
        assertThat(JsonLines.read(file)).hasSize(3);
    }

    @Test
    void aLineCutOffAtTheEndIsLeftOut() throws IOException {
        write(Events.epoch(1, 10));
        cutOff("{\"event\":\"epoch\",\"ep");
        assertThat(JsonLines.epochs(file)).containsExactly(Events.epoch(1, 10));
    }

    @Test
    void aLineCutOffThroughACharacterIsLeftOut() throws IOException {
        write(Events.epoch(1, 10));
        Files.write(file, new byte[] {'{', '"', (byte) 0xc3}, StandardOpenOption.APPEND);
        assertThat(JsonLines.read(file)).hasSize(1);
    }

    @Test
    void whatFollowsACutOffLineStartsOnANewOneAndIsRead() throws IOException {
        write(Events.epoch(1, 10));
        cutOff("{\"event\":\"epoch\",\"ep");
        write(new RunResumed(1, 0, "c"), Events.epoch(2, 20));
        assertThat(Files.readAllLines(file)).hasSize(4);
        assertThat(JsonLines.epochs(file)).containsExactly(Events.epoch(1, 10), Events.epoch(2, 20));
    }

    @Test
    void aBrokenLineInTheMiddleOfARunIsRefused() throws IOException {
        write(Events.epoch(1, 10));
        cutOff("{\"event\":\n");
        write(Events.epoch(2, 20));
        assertThatThrownBy(() -> JsonLines.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessage(file + ", line 2: expected a JSON object");
    }

    @Test
    void anEpochWithALossOfNullIsRefused() throws IOException {
        write(Events.epoch(1, 10));
        String line = Files.readString(file).replaceFirst("\"task_loss\":[0-9.]+", "\"task_loss\":null");
        assertThat(line).contains("null");
        Files.writeString(file, line);
        assertThatThrownBy(() -> JsonLines.epochs(file))
                .isInstanceOf(BadInput.class)
                .hasMessage(file + ", event 1 is no epoch of a run: one of its losses is null");
    }

    @Test
    void epochsDoneAgainCountAsTheyWereThen() {
        write(Events.epoch(1, 10), Events.epoch(2, 20), Events.epoch(3, 30));
        write(new RunResumed(1, 0, "c"), Events.epoch(2, 25));
        assertThat(JsonLines.epochs(file)).containsExactly(Events.epoch(1, 10), Events.epoch(2, 25));
    }

    @Test
    void eventsOfALaterVersionAreReadOver() throws IOException {
        write(Events.epoch(1, 10));
        cutOff("{\"event\":\"weather\",\"rain\":true}\n");
        assertThat(JsonLines.epochs(file)).hasSize(1);
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        Path nowhere = file.resolve("missing").resolve("events.jsonl");
        assertThatThrownBy(() -> new JsonLines(nowhere))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("file " + nowhere + " cannot be written");
    }
}
