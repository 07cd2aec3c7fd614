package io.github.deepkd.fuzz;

import static io.github.deepkd.fuzz.HostileTextTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.Idx;
import io.github.deepkd.data.ImageFolder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of images built to harm, and links that lead astray. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class HostileDataTest {

    private static final String NO_LINKS = "links need a privilege there";

    @TempDir
    private Path folder;

    private byte[] image(String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), format, file))
                .isTrue();
        return file.toByteArray();
    }

    private Path save(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private Dataset open() {
        return ImageFolder.open(folder, Optional.empty());
    }

    /** As it is read where all images have one size, and where they are resized. */
    private void imageIsRefused(Path file, String... parts) {
        refused(() -> open().train().original(0).plain(), file.toString());
        refused(() -> open().train().original(0).plain(), parts);
        refused(() -> ImageFolder.open(folder, Optional.of(Fit.of(8))).train().original(0), parts);
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 60_000})
    void aPngThatClaimsMorePixelsThanItsFileCanHoldIsRefused(int side) throws IOException {
        byte[] bomb = image("png");
        ByteBuffer.wrap(bomb).putInt(16, side).putInt(20, side);
        imageIsRefused(save("cat/bomb.png", bomb), side + " x " + side);
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 60_000})
    void aJpegThatClaimsMorePixelsThanItsFileCanHoldIsRefused(int side) throws IOException {
        byte[] bomb = image("jpg");
        int frame = indexOf(bomb, 0xC0);
        ByteBuffer.wrap(bomb).putShort(frame + 5, (short) side).putShort(frame + 7, (short) side);
        imageIsRefused(save("cat/bomb.jpg", bomb), side + " x " + side);
    }

    private static int indexOf(byte[] jpeg, int marker) {
        int at = 0;
        while (jpeg[at] != (byte) 0xFF || jpeg[at + 1] != (byte) marker) {
            at++;
        }
        return at;
    }

    @Test
    void aJpegOfThousandsOfScansIsRefused() throws IOException {
        byte[] good = image("jpg");
        int scan = indexOf(good, 0xDA);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(good, 0, scan);
        for (int i = 0; i < 5_000; i++) {
            bomb.write(good, scan, good.length - 2 - scan);
        }
        bomb.write(good, good.length - 2, 2);
        Path file = save("cat/scans.jpg", bomb.toByteArray());
        refused(() -> open().train().original(0).plain(), file.toString(), "5000 scans");
    }

    @Test
    void aPngChunkThatClaimsGigabytesIsRefusedWithItsPlace() throws IOException {
        byte[] bad = image("png");
        ByteBuffer.wrap(bad).putInt(33, Integer.MAX_VALUE);
        Path file = save("cat/chunk.png", bad);
        refused(() -> open().train().original(0).plain(), file.toString(), "byte 33", "2147483647");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bmp", "gif", "tiff"})
    void anotherFormatUnderTheNameOfAPngIsRefused(String format) throws IOException {
        Path file = save("cat/other.png", image(format));
        imageIsRefused(file, "no PNG or JPEG");
    }

    @Test
    void labelsThatInflateAThousandfoldAreRefusedBeforeMemoryIsTaken() throws IOException {
        int count = 100_000_000;
        Path file = folder.resolve("train-labels-idx1-ubyte.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(ByteBuffer.allocate(8).putInt(0x801).putInt(count).array());
            byte[] zeros = new byte[1_000_000];
            for (int i = 0; i < count / zeros.length; i++) {
                out.write(zeros);
            }
        }
        refused(() -> Idx.open(folder), file.toString(), "100000008 bytes", "compressed");
    }

    @Test
    void moreClassNamesThanLabelsCanTellApartAreRefused() throws IOException {
        for (Seed seed : DataReaders.idx(folder)) {
            seed.restore();
        }
        Path names = Files.writeString(folder.resolve("idx/label_names.txt"), "name\n".repeat(257));
        refused(() -> Idx.open(folder.resolve("idx")), names.toString(), "257");
    }

    @Test
    void aClassNameThatSteersTheTerminalIsRefused() throws IOException {
        for (Seed seed : DataReaders.idx(folder)) {
            seed.restore();
        }
        Path names = Files.writeString(folder.resolve("idx/label_names.txt"), "cat\ndog\u001b[2J\nbird\n");
        refused(() -> Idx.open(folder.resolve("idx")), names.toString(), "line 2");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = NO_LINKS)
    void linksToImagesAndToClassesAreFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path image = Files.write(elsewhere.resolve("a.png"), image("png"));
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.createDirectory(root.resolve("cat"));
        Files.createSymbolicLink(root.resolve("cat/b.png"), image);
        Files.createSymbolicLink(root.resolve("dog"), elsewhere);

        Dataset data = ImageFolder.open(root, Optional.empty());

        assertThat(data.classNames()).containsExactly("cat", "dog");
        assertThat(data.train().size()).isEqualTo(2);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = NO_LINKS)
    void aLinkToAFolderWithinAClassIsRefusedSoThatNoneLeadsRoundInCircles() throws IOException {
        save("cat/a.png", image("png"));
        Path link = Files.createSymbolicLink(folder.resolve("cat/again"), folder.resolve("cat"));
        refused(this::open, link.toString(), "link to a folder");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = NO_LINKS)
    void aLinkThatLeadsNowhereOrToItselfIsNamedNotLeftOut() throws IOException {
        save("cat/a.png", image("png"));
        Path link = Files.createSymbolicLink(folder.resolve("cat/b.png"), folder.resolve("gone.png"));
        refused(this::open, link.toString(), "leads nowhere");
        Files.delete(link);
        Files.createSymbolicLink(link, link);
        refused(this::open, link.toString(), "leads nowhere");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no pipes there")
    void aPipeAmongTheImagesIsNamedNotLeftOut() throws Exception {
        save("cat/a.png", image("png"));
        Path pipe = folder.resolve("cat/b.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        refused(this::open, pipe.toString(), "pipe");
    }

    @Test
    void aFileOfOnlyTheFirstBytesIsRefused() throws IOException {
        for (String format : new String[] {"png", "jpg"}) {
            byte[] whole = image(format);
            for (int length = 0; length < Math.min(40, whole.length); length++) {
                Path file = save("cat/short." + format, Arrays.copyOf(whole, length));
                refused(() -> open().train().original(0).plain(), file.toString());
            }
            Files.delete(folder.resolve("cat/short." + format));
        }
    }
}
