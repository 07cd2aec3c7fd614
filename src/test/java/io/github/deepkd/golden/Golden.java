package io.github.deepkd.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The golden numbers: the folder named by the system property {@code golden.dir}, by default {@code ../shared/golden}. */
final class Golden {

    static final Path FOLDER = Path.of(System.getProperty("golden.dir", "../shared/golden"));

    private Golden() {}

    /** Skips the calling test, loudly, where the folder is missing. */
    static void assumePresent() {
        if (!isPresent()) {
            System.err.println("SKIPPED: no golden numbers in " + FOLDER.toAbsolutePath() + " (set -Dgolden.dir)");
        }
        assumeTrue(isPresent(), "no golden numbers in " + FOLDER.toAbsolutePath());
    }

    static boolean isPresent() {
        return Files.isRegularFile(FOLDER.resolve("tag.txt"));
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

    /** {@link PrescribedWeights#u} under the folder's tag. */
    static double[] u(String name, int count) {
        return PrescribedWeights.u(tag(), name, count);
    }

    static String tag() {
        try {
            return Files.readString(FOLDER.resolve("tag.txt")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** The features, in order, must begin with the stages: their shapes, means and largest magnitudes. */
    static void assertStages(String model, List<Tensor> features, JsonNode stages, double bound) {
        assertThat(stages.size()).isBetween(1, features.size() - 1);
        for (int i = 0; i < stages.size(); i++) {
            JsonNode stage = stages.get(i);
            String what = model + " stage " + i;
            String shape = Arrays.toString(Torch.shape(features.get(i)));
            assertThat(shape.replace(" ", ""))
                    .as(what)
                    .isEqualTo(stage.get("shape").toString());
            double[] values = Torch.doubles(features.get(i));
            double[] actual = {
                Arrays.stream(values).average().orElseThrow(),
                Arrays.stream(values).map(Math::abs).max().orElseThrow()
            };
            double[] expected = {
                stage.get("mean").asDouble(), stage.get("absmax").asDouble()
            };
            assertClose(what, actual, expected, bound);
        }
    }
}
