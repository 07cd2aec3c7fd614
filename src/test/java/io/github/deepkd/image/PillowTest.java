package io.github.deepkd.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against pictures that Pillow made: {@code src/test/resources/image/make.py}. */
class PillowTest {

    /** A line of the file. */
    private record Example(String operation, String strength, Picture before, Picture after) {

        static Example of(String line) {
            String[] parts = line.split(" ");
            int[] shape = Arrays.stream(parts, 2, 5).mapToInt(Integer::parseInt).toArray();
            byte[] planes = HexFormat.of().parseHex(parts[5]);
            Picture before = new Picture(shape[0], shape[1], shape[2], planes);
            return new Example(
                    parts[0], parts[1], before, before.with(HexFormat.of().parseHex(parts[6])));
        }

        @Override
        public String toString() {
            return operation + " " + strength + " of [" + before.channels() + ", " + before.height() + ", "
                    + before.width() + "]";
        }
    }

    static List<Example> examples() throws IOException {
        try (InputStream packed =
                        Objects.requireNonNull(PillowTest.class.getResourceAsStream("/image/operations.txt.gz"));
                var lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.US_ASCII))) {
            return lines.lines().map(Example::of).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyOperationGivesPillowsBytes(Example example) {
        assertThat(applied(example).planes()).isEqualTo(example.after().planes());
    }

    private static Picture applied(Example example) {
        if (example.operation().equals("CUTOUT")) {
            int[] box = Stream.of(example.strength().split(","))
                    .mapToInt(v -> (int) Double.parseDouble(v))
                    .toArray();
            return Cutout.apply(example.before(), box[0], box[1], box[2], box[3]);
        }
        return Operation.valueOf(example.operation()).apply(example.before(), Double.parseDouble(example.strength()));
    }
}
