package io.github.deepkd.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Pillow makes of the same files: {@code src/test/resources/image/make_files.py}. */
class EncodedTest {

    /** A line of the file. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares examples
    private record Example(String name, String what, String parameters, byte[] file, Picture expected) {

        static Example of(String line) {
            String[] parts = line.split(" ");
            int[] shape = Arrays.stream(parts, 3, 6).mapToInt(Integer::parseInt).toArray();
            byte[] planes = HexFormat.of().parseHex(parts[7]);
            Picture expected = new Picture(shape[0], shape[1], shape[2], planes);
            return new Example(parts[0], parts[1], parts[2], Base64.getDecoder().decode(parts[6]), expected);
        }

        int[] numbers() {
            return Stream.of(parameters.split(",")).mapToInt(Integer::parseInt).toArray();
        }

        @Override
        public String toString() {
            return what + " " + parameters + " of " + name;
        }
    }

    static List<Example> examples() throws IOException {
        try (InputStream packed = Objects.requireNonNull(EncodedTest.class.getResourceAsStream("/image/files.txt.gz"));
                var lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.US_ASCII))) {
            return lines.lines().map(Example::of).toList();
        }
    }

    private static byte[] file(String name) throws IOException {
        return examples().stream()
                .filter(example -> example.name().equals(name))
                .findFirst()
                .orElseThrow()
                .file();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyFileGivesPillowsBytes(Example example) throws IOException {
        Picture made = made(example, Encoded.of(example.file()).decode(1));
        assertThat(made.width()).isEqualTo(example.expected().width());
        if (example.name().equals("cmyk.jpg")) {
            assertCloseTo(example.expected().planes(), made.planes());
        } else {
            assertThat(made.planes()).isEqualTo(example.expected().planes());
        }
    }

    /** Pillow rounds the product of ink and black, the decoder here cuts it. */
    private static void assertCloseTo(byte[] expected, byte[] planes) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(planes[i] & 0xFF).isCloseTo(expected[i] & 0xFF, within(1));
        }
    }

    private static Picture made(Example example, PackedImage image) {
        return switch (example.what()) {
            case "crop" -> {
                int[] n = example.numbers();
                Box box = new Box(n[0], n[1], n[2], n[3]);
                Picture mirrored = Resampling.resize(image, box, n[4], n[5], true);
                assertThat(mirrored.planes())
                        .isEqualTo(Resampling.resize(image.picture(), box, n[4], n[5])
                                .mirrored()
                                .planes());
                yield Resampling.resize(image, box, n[4], n[5], false);
            }
            case "middle" -> Resampling.middle(image, example.numbers()[0], example.numbers()[1]);
            case "hue" -> ColorChange.HUE.apply(image.picture(), Double.parseDouble(example.parameters()));
            default -> image.picture();
        };
    }

    @Test
    void aDamagedScanGivesSomePictureOrAnIoException() throws IOException {
        byte[] whole = file("rgb.jpg");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = whole.clone();
            for (int j = 0; j <= i % 3; j++) {
                damaged[random.nextInt(20, whole.length - 2)] = (byte) random.nextInt();
            }
            assertDecodedOrRefused(damaged);
        }
    }

    private static void assertDecodedOrRefused(byte[] file) {
        try {
            Encoded encoded = Encoded.of(file);
            assertThat(encoded.decode(1).width()).isEqualTo(encoded.width());
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("truncated JPEG data|damaged JPEG .*");
        }
    }

    /** The decoder leaves high frequencies out, which is nearly the mean. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void aReducedDecodingHasAboutTheMeanOfEachBlock(int factor) throws IOException {
        Encoded jpeg = Encoded.of(file("full-chroma.jpg"));
        Picture whole = jpeg.decode(1).picture();
        Picture small = jpeg.decode(factor).picture();
        assertThat(small.height()).isEqualTo((jpeg.height() + factor - 1) / factor);
        assertThat(small.width()).isEqualTo((jpeg.width() + factor - 1) / factor);
        for (int y = 0; y < jpeg.height() / factor; y++) {
            for (int x = 0; x < jpeg.width() / factor; x++) {
                assertThat((double) small.at(y * small.width() + x))
                        .as("red at %d, %d", y, x)
                        .isCloseTo(mean(whole, y * factor, x * factor, factor), within(12.0));
            }
        }
    }

    private static double mean(Picture image, int top, int left, int side) {
        return IntStream.range(0, side * side)
                .map(i -> image.at((top + i / side) * image.width() + left + i % side))
                .average()
                .orElseThrow();
    }

    @Test
    void onlyJpegIsReducedAndByAPowerOfTwo() throws IOException {
        Encoded jpeg = Encoded.of(file("rgb.jpg"));
        assertThat(IntStream.of(0, 1, 3, 4, 100).map(jpeg::reduction)).containsExactly(1, 1, 2, 4, 8);
        assertThat(Encoded.of(file("rgb.png")).reduction(100)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.jpg", "progressive.jpg", "grey.jpg"})
    void aJpegThatEndsEarlyIsRefused(String name) throws IOException {
        byte[] whole = file(name);
        for (int length : new int[] {3, 100, whole.length / 2, whole.length - 20}) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Encoded.of(part))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("truncated JPEG data|damaged JPEG header");
        }
    }

    @Test
    void bytesAfterTheImageDoNoHarm() throws IOException {
        byte[] whole = file("rgb.jpg");
        byte[] longer = Arrays.copyOf(whole, whole.length + 100);
        assertThat(Encoded.of(longer).decode(1).bytes())
                .isEqualTo(Encoded.of(whole).decode(1).bytes());
    }
}
