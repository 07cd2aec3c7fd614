package io.github.deepkd.data;

import static io.github.deepkd.data.Fixtures.image;
import static io.github.deepkd.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    private final Path folder;

    ImageFolderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static BufferedImage plain(int width, int height, int type, Color color) {
        BufferedImage image = new BufferedImage(width, height, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return image;
    }

    private void save(String file, BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, file.endsWith("png") ? "png" : "jpg", bytes))
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(folder.resolve(file), bytes.toByteArray());
    }

    private void save(String file, int width, int height) {
        save(file, plain(width, height, BufferedImage.TYPE_INT_RGB, Color.ORANGE));
    }

    private void twoClasses() {
        for (String split : new String[] {"train", "test"}) {
            save(split + "/dog/a.png", 4, 3);
            save(split + "/cat/b.jpeg", 4, 3);
            save(split + "/cat/a.JPG", 4, 3);
        }
    }

    private Dataset open() {
        return ImageFolder.open(folder, Optional.empty());
    }

    private void refused(String... parts) {
        assertThatThrownBy(this::open).isInstanceOf(BadInput.class).hasMessageContainingAll(parts);
    }

    @Test
    void foldersAreClassesInTheOrderOfTheirNames() throws IOException {
        twoClasses();
        Files.createDirectories(folder.resolve("train/.hidden"));
        write(folder.resolve("train/cat/notes.txt"), "no image");
        Dataset data = open();
        assertThat(data.classNames()).containsExactly("cat", "dog");
        assertThat(data.shape()).isEqualTo(new Shape(3, 3, 4));
        assertThat(IntStream.range(0, data.train().size()).map(data.train()::label))
                .containsExactly(0, 0, 1);
    }

    @Test
    void valStandsInForTest() {
        save("train/cat/a.png", 4, 3);
        save("val/cat/a.png", 4, 3);
        save("val/cat/deeper/b.png", 4, 3);
        assertThat(open().test().size()).isEqualTo(2);
    }

    @Test
    void aFolderOfClassesAloneIsBothSplits() {
        save("cat/a.png", 4, 3);
        save("dog/a.png", 4, 3);
        Dataset data = open();
        assertThat(data.classNames()).containsExactly("cat", "dog");
        assertThat(data.test()).isSameAs(data.train());
    }

    @Test
    void pixelsBecomePlanesOfRedGreenAndBlue() {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x010203);
        image.setRGB(1, 0, 0x040506);
        image.setRGB(0, 1, 0x070809);
        image.setRGB(1, 1, 0xFFFEFD);
        save("cat/a.png", image);
        assertThat(image(open().train(), 0)).containsExactly(1, 4, 7, 0xFF, 2, 5, 8, 0xFE, 3, 6, 9, 0xFD);
    }

    @Test
    void greyLevelsAreTakenAsTheyAre() {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(1, 1, type);
            image.getRaster().setSample(0, 0, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 << 8);
            save("grey/" + type + ".png", image);
        }
        BufferedImage palette = plain(1, 1, BufferedImage.TYPE_BYTE_BINARY, Color.WHITE);
        save("grey/palette.png", palette);
        ImageSet set = open().train();
        assertThat(image(set, 0)).containsExactly(100, 100, 100);
        assertThat(image(set, 1)).containsExactly(100, 100, 100);
        assertThat(image(set, 2)).containsExactly(255, 255, 255);
    }

    @Test
    void transparencyIsDropped() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x800A141E);
        save("cat/a.png", image);
        assertThat(image(open().train(), 0)).containsExactly(10, 20, 30);
    }

    @Test
    void imagesOfDifferentSizesAreRefusedNamingTwoFilesAndTheMend() {
        twoClasses();
        save("train/dog/b.png", 5, 3);
        refused("cat/a.JPG is of 4 x 3 pixels", "dog/b.png of 5 x 3", "give a size");
    }

    @Test
    void sizeScalesTheShorterSideAndCutsOutTheMiddle() {
        BufferedImage wide = plain(48, 16, BufferedImage.TYPE_INT_RGB, Color.RED);
        Graphics2D graphics = wide.createGraphics();
        graphics.setColor(Color.BLUE);
        graphics.fillRect(12, 0, 24, 16); // 4 more on each side, which antialiasing counts in
        graphics.dispose();
        save("cat/wide.png", wide);
        save("cat/small.png", plain(2, 3, BufferedImage.TYPE_INT_RGB, Color.BLUE));
        Dataset data = ImageFolder.open(folder, Optional.of(new Fit(4, 4)));
        assertThat(data.shape()).isEqualTo(new Shape(3, 4, 4));
        byte[] blue = new byte[48];
        Arrays.fill(blue, 32, 48, (byte) 255);
        assertThat(image(data.train(), 0)).isEqualTo(blue);
        assertThat(image(data.train(), 1)).isEqualTo(blue);
    }

    @Test
    void aSizeBelowOneIsRefused() {
        assertThatThrownBy(() -> Fit.of(0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("must be 1 or more, found 0");
    }

    @Test
    void otherTestClassesAreRefusedNamingThem() {
        twoClasses();
        save("test/cow/a.png", 4, 3);
        refused("train has 2 classes", "test has 3", "unexpected [cow]");
    }

    @Test
    void trainWithoutTestIsRefused() {
        save("train/cat/a.png", 4, 3);
        refused("neither " + folder.resolve("test") + " nor " + folder.resolve("val"));
    }

    @Test
    void testWithoutTrainIsRefusedWithTheWayToEvaluateAlone() {
        save("test/cat/a.png", 4, 3);
        refused("no " + folder.resolve("train"), "evaluate only");
    }

    @Test
    void aClassWithoutImagesIsNamed() throws IOException {
        twoClasses();
        Files.createDirectories(folder.resolve("train/emu"));
        Files.createDirectories(folder.resolve("test/emu"));
        refused("there are no images in " + folder.resolve("train/emu"), ".png");
    }

    @Test
    void aFolderWithoutClassesIsNamed() {
        refused("there are no class folders in " + folder);
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> ImageFolder.open(folder.resolve("nowhere"), Optional.empty()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("there is no folder");
    }

    @Test
    void aFileThatIsNoImageIsNamedAtOnce() {
        write(folder.resolve("cat/a.png"), "plain text");
        refused("cannot decode the image " + folder.resolve("cat/a.png"));
    }

    @Test
    void aTruncatedImageIsNamedWhenItIsRead() throws IOException {
        save("cat/a.png", 64, 64);
        Path file = folder.resolve("cat/a.png");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 60));
        ImageSet set = open().train();
        assertThatThrownBy(() -> image(set, 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cannot decode the image " + file);
    }

    @Test
    void anImageThatChangedItsSizeSinceOpeningIsRefused() {
        save("cat/a.png", 4, 3);
        ImageSet set = open().train();
        save("cat/a.png", 8, 8);
        assertThatThrownBy(() -> image(set, 0)).isInstanceOf(BadInput.class).hasMessageContainingAll("8 x 8", "4 x 3");
    }

    @Test
    void theHashStaysForTheSameFilesAndChangesWithOneMore() {
        save("cat/a.png", 4, 3);
        save("dog/b.png", 4, 3);
        String hash = open().hash();
        assertThat(open().hash()).isEqualTo(hash).hasSize(64);
        save("dog/c.png", 4, 3);
        assertThat(open().hash()).isNotEqualTo(hash);
    }

    @Test
    void withASizeNoFileIsOpenedBeforeItIsRead() {
        write(folder.resolve("cat/a.jpg"), "plain text");
        ImageSet set = ImageFolder.open(folder, Optional.of(Fit.of(8))).train();
        assertThat(set.shape()).isEqualTo(new Shape(3, 8, 8));
        assertThatThrownBy(() -> image(set, 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cannot decode the image " + folder.resolve("cat/a.jpg"));
    }

    @Test
    void twoViewsOfPhotographsAreTheSameForAnyNumberOfThreads() {
        for (int i = 0; i < 6; i++) {
            BufferedImage photo = plain(500 - 25 * i, 375 + 30 * i, BufferedImage.TYPE_INT_RGB, Color.ORANGE);
            for (int p = 0; p < 375 * 375; p++) {
                photo.setRGB(p % 375, p / 375, p * (31 + i));
            }
            save("cat/" + i + ".jpg", photo);
        }
        assertThat(firstBatch(3)).isEqualTo(firstBatch(1));
    }

    private List<FloatBuffer> firstBatch(int threads) {
        ImageSet photos = ImageFolder.open(folder, Optional.of(Fit.of(64))).train();
        Loader loader = new Loader(photos, Datasets.normalization("folder"), ResizedCrop.DEFAULTS, 2, 6, threads);
        try (Epoch epoch = loader.shuffled(1, 1)) {
            List<FloatBuffer> views = epoch.next().views();
            assertThat(views).hasSize(2);
            assertThat(views.get(0).limit()).isEqualTo(6 * 3 * 64 * 64);
            assertThat(views.get(0)).isNotEqualTo(views.get(1));
            return views.stream()
                    .map(view -> FloatBuffer.allocate(view.limit()).put(0, view, 0, view.limit()))
                    .toList();
        }
    }
}
