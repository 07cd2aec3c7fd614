package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandscapeCommandTest {

    @TempDir
    private Path folder;

    @Test
    void theLossAroundAStudentIsMeasuredDrawnAndTheSameEachTime() throws IOException {
        TinyRun.prepare(folder);
        Path run = folder.resolve("run");
        assertThat(CommandResult.of(
                                "train",
                                "quickstart:alone",
                                "--set",
                                "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}, directory: '" + folder
                                        + "'}",
                                "--set",
                                "batch-size=32",
                                "--epochs=1",
                                "--output",
                                run.toString())
                        .exitCode())
                .isZero();
        byte[] student = Files.readAllBytes(run.resolve("student.safetensors"));
        String first = landscape(run);
        JsonNode surface = new ObjectMapper().readTree(first).get(0);
        assertThat(surface.get("samples").asInt()).isEqualTo(30);
        assertThat(surface.get("line")).hasSize(5);
        assertThat(surface.get("plane")).hasSize(5);
        assertThat(surface.at("/plane/2/2").asDouble())
                .isCloseTo(surface.get("loss").asDouble(), within(1e-6));
        assertThat(surface.at("/plane/2/0")).isEqualTo(surface.at("/line/0"));
        assertThat(surface.at("/at/4").asDouble()).isEqualTo(0.5);
        assertThat(surface.at("/sharpness/largest_eigenvalue").asDouble()).isNotZero();
        assertThat(ImageIO.read(run.resolve("landscape.png").toFile()).getWidth())
                .isEqualTo(1600);
        assertThat(landscape(run)).isEqualTo(first);
        assertThat(Files.readAllBytes(run.resolve("student.safetensors"))).isEqualTo(student);

        CommandResult even = CommandResult.of("landscape", run.toString(), "--points", "4");
        assertThat(even.exitCode()).isEqualTo(2);
        assertThat(even.err()).contains("--points must be odd").hasLineCount(1);
    }

    private static String landscape(Path run) throws IOException {
        CommandResult result =
                CommandResult.of("landscape", run.toString(), "--points", "5", "--reach", "0.5", "--iterations", "3");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("largest eigenvalue of the Hessian");
        return Files.readString(run.resolve("landscape.json"));
    }
}
