package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSummaryTest {

    private final Path folder;

    DataSummaryTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static Dataset dataset(int classes, Shape shape) {
        List<String> names =
                IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
        ImageSet train = Fixtures.random(3 * classes + 1, shape, classes, 1);
        return new Dataset("made up", train, Fixtures.random(classes, shape, classes, 2), names);
    }

    @Test
    void imagesAreCountedByClass() {
        DataSummary summary = DataSummary.of(dataset(3, new Shape(3, 2, 2)));
        assertThat(summary.trainCounts()).containsExactly(4, 3, 3);
        assertThat(summary.testCounts()).containsExactly(1, 1, 1);
    }

    @Test
    void meanAndDeviationAreThoseOfEachChannelsPixels() {
        byte[] pixels = {0, (byte) 255, 51, 51, 0, 0, 51, 51};
        ImageSet two = new InMemoryImages(new Shape(2, 1, 2), pixels, new byte[] {0, 0});
        DataSummary summary = DataSummary.of(new Dataset("made up", two, two, List.of("only")));
        assertThat(summary.mean()).hasSize(2);
        assertThat(summary.mean().get(0)).isCloseTo(0.25, within(1e-12));
        assertThat(summary.std().get(0)).isCloseTo(Math.sqrt(3) / 4, within(1e-12));
        assertThat(summary.mean().get(1)).isCloseTo(0.2, within(1e-12));
        assertThat(summary.std().get(1)).isCloseTo(0, within(1e-12));
    }

    private BufferedImage sheet(Dataset dataset) throws IOException {
        Path png = folder.resolve("sheet.png");
        DataSummary.of(dataset).contactSheet(png);
        return ImageIO.read(png.toFile());
    }

    @Test
    void theContactSheetShowsARowForEachClass() throws IOException {
        BufferedImage ten = sheet(dataset(10, new Shape(1, 28, 28)));
        BufferedImage twenty = sheet(dataset(20, new Shape(3, 32, 32)));
        assertThat(twenty.getHeight() - ten.getHeight()).isEqualTo(10 * 68);
        assertThat(ten.getWidth()).isGreaterThan(10 * 64);
    }

    @Test
    void moreThanTwentyClassesStandInFourColumnsAndAHundredAreTheMost() throws IOException {
        BufferedImage hundred = sheet(dataset(100, new Shape(3, 32, 32)));
        BufferedImage more = sheet(dataset(130, new Shape(3, 4, 100)));
        assertThat(hundred.getHeight()).isBetween(25 * 68, 26 * 68 + 48);
        assertThat(more.getHeight()).isEqualTo(hundred.getHeight());
    }

    @Test
    void theImagesOnTheSheetAreTheDataSetsOwn() throws IOException {
        byte[] red = {(byte) 200, 100, 50};
        ImageSet one = new InMemoryImages(new Shape(3, 1, 1), red, new byte[] {0});
        BufferedImage sheet = sheet(new Dataset("made up", one, one, List.of("")));
        int[] rgb = sheet.getRGB(0, 0, sheet.getWidth(), sheet.getHeight(), null, 0, sheet.getWidth());
        assertThat(IntStream.of(rgb).filter(p -> p == 0xFFC86432).count()).isEqualTo(64 * 64);
    }

    @Test
    void withTwoViewsAnExampleIsAPair() throws IOException {
        byte[] red = {(byte) 200, 100, 50};
        ImageSet one = new InMemoryImages(new Shape(3, 1, 1), red, new byte[] {0});
        Path png = folder.resolve("pairs.png");
        DataSummary.of(new Dataset("made up", one, one, List.of(""))).contactSheet(png, Augmentation.NONE);
        BufferedImage sheet = ImageIO.read(png.toFile());
        int weak = 24 + 16; // margin and the empty name's column
        assertThat(sheet.getRGB(weak, 72)).isEqualTo(0xFFC86432);
        assertThat(sheet.getRGB(weak + 64 + 1, 72)).isEqualTo(0xFFFFFFFF);
        assertThat(sheet.getRGB(weak + 64 + 4, 72)).isNotIn(0xFFC86432, 0xFFFFFFFF);
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() {
        DataSummary summary = DataSummary.of(dataset(2, new Shape(1, 2, 2)));
        Path nowhere = folder.resolve("nowhere/sheet.png");
        assertThatThrownBy(() -> summary.contactSheet(nowhere))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cannot write the contact sheet " + nowhere);
    }
}
