package io.github.deepkd.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.Tensor;

/** The golden numbers: the folder named by the system property {@code golden.dir}, by default {@code ../shared/golden}. */
final class Golden {

    static final Path FOLDER = Path.of(System.getProperty("golden.dir", "../shared/golden"));

    private Golden() {}

    /** Skips the calling test, loudly, where the folder is missing. */
    static void assumePresent() {
        boolean present = Files.isRegularFile(FOLDER.resolve("tag.txt"));
        if (!present) {
            System.err.println("SKIPPED: no golden numbers in " + FOLDER.toAbsolutePath() + " (set -Dgolden.dir)");
        }
        assumeTrue(present, "no golden numbers in " + FOLDER.toAbsolutePath());
    }

    static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Tensor> tensors(String name) {
        return Safetensors.read(FOLDER.resolve(name)).tensors();
    }

    /** The numbers in (0, 1) that {@code name} stands for, u(name, 0) to u(name, count - 1) of the folder's README. */
    static double[] u(String name, int count) {
        int h = crc32(tag() + "/" + name);
        double[] values = new double[count];
        for (int j = 0; j < count; j++) {
            int x = h * 0x9E3779B1 + j * 0x85EBCA6B;
            x = (x ^ (x >>> 16)) * 0x7FEB352D;
            x = (x ^ (x >>> 15)) * 0x846CA68B;
            x ^= x >>> 16;
            values[j] = (Integer.toUnsignedLong(x) + 0.5) / 0x1p32;
        }
        return values;
    }

    private static String tag() {
        try {
            return Files.readString(FOLDER.resolve("tag.txt")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int crc32(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    /** The largest difference must be below {@code bound} times the largest expected magnitude. */
    static void assertClose(String what, Tensor actual, Tensor expected, double bound) {
        assertClose(what, Torch.doubles(actual), Torch.doubles(expected), bound);
    }

    static void assertClose(String what, double[] actual, double[] expected, double bound) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as(what + "[" + i + "]").isFinite();
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        assertThat(difference)
                .as(what + ": largest difference, largest value " + largest)
                .isLessThanOrEqualTo(bound * Math.max(largest, 1e-12));
    }
}
