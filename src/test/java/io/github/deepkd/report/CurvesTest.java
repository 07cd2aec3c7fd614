package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.report.RunEvent.EpochDone;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {

    private static final int BLUE = 0x0072B2;
    private static final int VERMILLION = 0xD55E00;

    private final Path png;

    CurvesTest(@TempDir Path folder) {
        png = folder.resolve("curves.png");
    }

    /** Pixels of just this colour in the left or the right half. */
    private long pixels(int colour, boolean left) throws IOException {
        BufferedImage image = ImageIO.read(png.toFile());
        int half = image.getWidth() / 2;
        return IntStream.range(left ? 0 : half, left ? half : image.getWidth())
                .mapToLong(x -> IntStream.range(0, image.getHeight())
                        .filter(y -> (image.getRGB(x, y) & 0xFFFFFF) == colour)
                        .count())
                .sum();
    }

    @Test
    void theAccuracyIsOnTheLeftAndEachComponentOnTheRight() throws IOException {
        Curves.draw(png, List.of(Events.epoch(1, 10), Events.epoch(2, 20), Events.epoch(3, 25)), "title");
        assertThat(ImageIO.read(png.toFile()))
                .extracting(BufferedImage::getWidth)
                .isEqualTo(1600);
        assertThat(pixels(BLUE, true)).isGreaterThan(500);
        assertThat(pixels(VERMILLION, true)).isZero();
        assertThat(pixels(BLUE, false)).isGreaterThan(500);
        assertThat(pixels(VERMILLION, false)).isGreaterThan(500);
    }

    @Test
    void aSingleEpochIsAMarker() throws IOException {
        Curves.draw(png, List.of(Events.epoch(1, 10)), "title");
        assertThat(pixels(BLUE, true)).isBetween(20L, 500L);
    }

    @Test
    void valuesThatAreNotFiniteAreLeftOut() throws IOException {
        EpochDone diverged = new EpochDone(
                2, Double.NaN, Events.losses(Double.NaN, Double.POSITIVE_INFINITY, 1), 1, 5, 10, 0.1, 0, 1, 1);
        Curves.draw(png, List.of(Events.epoch(1, 10), diverged), "title");
        assertThat(pixels(BLUE, false)).isPositive();
        Curves.draw(png, List.of(diverged), "title");
        assertThat(pixels(VERMILLION, false)).isZero();
    }

    @Test
    void severalRunsHaveAColourEach() throws IOException {
        List<EpochDone> alone = List.of(Events.epoch(1, 10), Events.epoch(2, 20));
        List<EpochDone> distilled = List.of(Events.epoch(1, 15), Events.epoch(2, 30));
        Curves.draw(png, Map.of("alone", alone, "distilled", distilled), "title");
        assertThat(pixels(BLUE, true)).isGreaterThan(500);
        assertThat(pixels(VERMILLION, true)).isGreaterThan(500);
    }

    @Test
    void aRunsPictureIsDrawnWhenItEndsWithTheEpochsBeforeAResumption() throws IOException {
        try (Curves curves = new Curves(png, "title", List.of(Events.epoch(1, 10), Events.epoch(2, 20)))) {
            curves.on(Events.epoch(2, 30));
            assertThat(png).doesNotExist();
        }
        byte[] reported = Files.readAllBytes(png);
        Curves.draw(png, List.of(Events.epoch(1, 10), Events.epoch(2, 30)), "title");
        assertThat(Files.readAllBytes(png)).isEqualTo(reported);
        assertThat(png.resolveSibling("curves.png.part")).doesNotExist();
    }

    @Test
    void aRunWithoutEpochsHasNoPicture() {
        new Curves(png, "title", List.of()).close();
        assertThat(png).doesNotExist();
    }
}
