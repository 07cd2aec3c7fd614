package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.train.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BenchCommandTest {

    private static final String[] TINY = {
        "bench", "--pair", "resnet8:resnet8", "--batch", "4", "--steps", "3", "--warm-up", "1", "--threads", "1"
    };

    @Test
    void jsonHasEveryNumberOfBothKindsOfBatchesOnOneLine() throws IOException {
        CommandResult result = run("--data", "sample", "--json");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out().lines()).hasSize(1);
        JsonNode found = new ObjectMapper().readTree(result.out());
        assertThat(found.at("/setting/teacher").asText()).isEqualTo("resnet8");
        assertThat(found.at("/setting/classes").asInt()).isEqualTo(10);
        assertThat(found.at("/machine/threads").asInt()).isEqualTo(1);
        assertThat(found.at("/machine/cpu").asText()).isNotBlank();
        assertThat(found.at("/backward_passes").asInt()).isEqualTo(2);
        assertThat(found.at("/seconds_to_first_step").asDouble()).isPositive();
        assertThat(found.at("/ceilings/float32/gflop_per_s").asDouble()).isPositive();
        assertThat(found.at("/ceilings/bfloat16/gflop_per_s").asDouble()).isPositive();
        assertThat(found.get("rows"))
                .extracting(row -> row.get("batches").asText())
                .containsExactly("synthetic", "fashion-mnist-sample");
        found.get("rows").forEach(BenchCommandTest::checkRow);
    }

    private static void checkRow(JsonNode row) {
        assertThat(row.get("steps").asInt()).isEqualTo(3);
        double step = row.at("/step_ms/median").asDouble();
        assertThat(step).isPositive();
        assertThat(row.get("samples_per_s").asDouble()).isEqualTo(4 / (step / 1e3));
        assertThat(row.get("object_growth").asDouble()).isZero();
        assertThat(row.get("resident_growth").isNull()).isTrue();
        assertThat(row.get("peak_bytes").isNull()).isEqualTo(!Files.isReadable(Path.of("/proc/self/status")));
        for (Phase phase : Phase.values()) {
            JsonNode ms = row.at("/phases_ms/" + phase.label());
            assertThat(ms.get("p5").asDouble())
                    .as(phase.label())
                    .isPositive()
                    .isLessThanOrEqualTo(ms.get("median").asDouble());
        }
    }

    @Test
    void theTableHasALineForEachPhaseAndSaysOnWhatItWasMeasured() {
        CommandResult result = run("--method", "none", "--momenta", "joint", "--precision", "float32");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out())
                .startsWith("resnet8, float32, batch 4, 100 classes, images [3, 32, 32]")
                .contains(
                        "libtorch",
                        "OpenBLAS for ",
                        "threads",
                        "synthetic",
                        "samples/s",
                        "share of the ceiling",
                        "A step: 1 backward");
        for (Phase phase : Phase.values()) {
            assertThat(result.out()).contains("\n" + phase.label());
        }
    }

    @Test
    void oneStepWithoutAWarmUpIsEnough() throws IOException {
        CommandResult result = CommandResult.of(
                "bench",
                "--pair=resnet8:resnet8",
                "--batch=4",
                "--steps=1",
                "--warm-up=0",
                "--mask=dynamic",
                "--threads=1",
                "--json");
        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(result.out());
        assertThat(found.at("/rows/0/steps").asInt()).isEqualTo(1);
        assertThat(found.at("/setting/mask").asText()).startsWith("dynamic");
    }

    @Test
    void storedAnswersTakeThePlaceOfTheTeachersNetwork() throws IOException {
        CommandResult result = run("--stored-answers", "--json");
        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(result.out());
        assertThat(found.at("/setting/teacher").asText()).isEqualTo("resnet8 (stored answers)");
        checkRow(found.at("/rows/0"));
        refused("leave out --data", "--stored-answers", "--data", "sample");
        refused("choose a --method that has a teacher", "--stored-answers", "--method", "none");
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        refused("expected TEACHER:STUDENT", "--pair", "resnet56");
        refused("known:", "--pair", "resnet56:nonet");
        refused("--steps must be 1 or more", "--steps", "0");
        refused("leave one out", "--data", "sample", "--classes", "7");
        refused("choose a smaller one", "--data", "sample", "--batch", "20000");
    }

    private static void refused(String part, String... flags) {
        String[] line = new String[flags.length + 1];
        line[0] = "bench";
        System.arraycopy(flags, 0, line, 1, flags.length);
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains(part);
    }

    private static CommandResult run(String... more) {
        String[] line = new String[TINY.length + more.length];
        System.arraycopy(TINY, 0, line, 0, TINY.length);
        System.arraycopy(more, 0, line, TINY.length, more.length);
        return CommandResult.of(line);
    }
}
