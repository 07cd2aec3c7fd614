package io.github.deepkd.data;

import static io.github.deepkd.data.Fixtures.bytes;
import static io.github.deepkd.data.Fixtures.image;
import static io.github.deepkd.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {

    private final Path folder;

    IdxTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static byte[] idx(int[] header, byte[] values) {
        ByteBuffer file = ByteBuffer.allocate(4 * header.length + values.length);
        Arrays.stream(header).forEach(file::putInt);
        return file.put(values).array();
    }

    private static byte[] images(int count) {
        return idx(new int[] {0x803, count, 2, 3}, bytes(6 * count, count));
    }

    private static byte[] labels(int... labels) {
        byte[] values = new byte[labels.length];
        IntStream.range(0, labels.length).forEach(i -> values[i] = (byte) labels[i]);
        return idx(new int[] {0x801, labels.length}, values);
    }

    private static byte[] gz(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    @BeforeEach
    void fourGoodFiles() throws IOException {
        write(folder.resolve("train-images-idx3-ubyte.gz"), gz(images(3)));
        write(folder.resolve("train-labels-idx1-ubyte"), labels(2, 0, 1));
        write(folder.resolve("t10k-images.idx3-ubyte"), images(2));
        write(folder.resolve("t10k-labels-idx1-ubyte.gz"), gz(labels(1, 2)));
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> Idx.open(folder)).isInstanceOf(BadInput.class).hasMessageContainingAll(parts);
    }

    @Test
    void plainAndPackedFilesAreReadSideBySide() {
        Dataset data = Idx.open(folder);
        assertThat(data.shape()).isEqualTo(new Shape(1, 2, 3));
        assertThat(data.train().size()).isEqualTo(3);
        assertThat(IntStream.range(0, 3).map(data.train()::label)).containsExactly(2, 0, 1);
        assertThat(image(data.train(), 1)).isEqualTo(Arrays.copyOfRange(bytes(18, 3), 6, 12));
        assertThat(image(data.test(), 0)).isEqualTo(Arrays.copyOf(bytes(12, 2), 6));
        assertThat(data.classNames()).containsExactly("0", "1", "2");
    }

    @Test
    void classNamesAreReadWhereTheyLieBesideTheData() {
        write(folder.resolve("label_names.txt"), "cat\ndog\nice cream\nnever seen\n");
        assertThat(Idx.open(folder).classNames()).containsExactly("cat", "dog", "ice cream", "never seen");
    }

    @Test
    void aPackedFileWithoutTheEndingIsRecognised() throws IOException {
        write(folder.resolve("train-labels-idx1-ubyte"), gz(labels(1, 2, 0)));
        assertThat(Idx.open(folder).train().label(0)).isEqualTo(1);
    }

    @Test
    void aMissingFileIsNamedWithAllSpellingsLookedFor(@TempDir Path empty) {
        assertThatThrownBy(() -> Idx.open(empty))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll(
                        empty.toString(),
                        "train-labels-idx1-ubyte, train-labels-idx1-ubyte.gz, train-labels.idx1-ubyte, train-labels.idx1-ubyte.gz");
    }

    @Test
    void aWrongMagicNumberIsTold() {
        write(folder.resolve("t10k-images.idx3-ubyte"), idx(new int[] {0x801, 2, 2, 3}, new byte[12]));
        refused("t10k-images.idx3-ubyte", "expected a header of 16 bytes from 0x00000803 on", "found 00000801");
    }

    @Test
    void aFileShorterThanItsHeaderIsTold() {
        write(folder.resolve("t10k-images.idx3-ubyte"), new byte[] {0, 0, 8});
        refused("expected a header of 16 bytes", "found 000008");
    }

    @Test
    void truncatedFileIsNamedWithExpectedAndFoundBytes() {
        write(folder.resolve("t10k-images.idx3-ubyte"), Arrays.copyOf(images(2), 25));
        refused("t10k-images.idx3-ubyte is truncated", "28 bytes, found 25");
    }

    @Test
    void aPackedFileThatUnpacksToTooLittleIsToldWithExpectedAndFoundBytes() throws IOException {
        write(folder.resolve("train-images-idx3-ubyte.gz"), gz(Arrays.copyOf(images(3), 30)));
        refused("train-images-idx3-ubyte.gz is truncated", "34 bytes, found 30");
    }

    @Test
    void aPackedFileCutShortIsToldWithWhatCouldBeUnpacked() throws IOException {
        byte[] whole = gz(idx(new int[] {0x803, 3, 200, 300}, bytes(3 * 200 * 300, 1)));
        write(folder.resolve("train-images-idx3-ubyte.gz"), Arrays.copyOf(whole, whole.length / 2));
        refused("train-images-idx3-ubyte.gz is truncated", "[3, 200, 300]", "180016 bytes, found ");
    }

    @Test
    void aPackedFileWithoutItsChecksumIsDamaged() throws IOException {
        byte[] whole = gz(images(3));
        write(folder.resolve("train-images-idx3-ubyte.gz"), Arrays.copyOf(whole, whole.length - 4));
        refused("train-images-idx3-ubyte.gz is damaged");
    }

    @Test
    void bytesThatAreNoGzBlocksAreDamaged() throws IOException {
        byte[] packed = gz(images(3));
        Arrays.fill(packed, 10, packed.length, (byte) 0xff);
        write(folder.resolve("train-images-idx3-ubyte.gz"), packed);
        refused("train-images-idx3-ubyte.gz is damaged");
    }

    @Test
    void moreBytesThanTheHeaderTellsAreRefused() throws IOException {
        write(folder.resolve("train-images-idx3-ubyte.gz"), gz(Arrays.copyOf(images(3), 35)));
        refused("34 bytes, found more");
    }

    @Test
    void absurdSizesAreRefusedBeforeMemoryIsTaken() throws IOException {
        int[] header = {0x803, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
        write(folder.resolve("t10k-images.idx3-ubyte"), idx(header, new byte[12]));
        refused("[2147483647, 2147483647, 2147483647]", "found 28");
        write(folder.resolve("t10k-images.idx3-ubyte"), gz(idx(new int[] {0x803, 60_000, 28, 28}, new byte[12])));
        refused("[60000, 28, 28]", "47040016 bytes", "compressed");
    }

    @Test
    void sizesBelowOneAreRefused() {
        write(folder.resolve("t10k-images.idx3-ubyte"), idx(new int[] {0x803, -5, 2, 3}, new byte[12]));
        refused("t10k-images.idx3-ubyte is damaged", "[-5, 2, 3]");
    }

    @Test
    void anotherNumberOfLabelsThanImagesIsRefused() {
        write(folder.resolve("train-labels-idx1-ubyte"), labels(2, 0));
        refused("train-labels-idx1-ubyte holds 2 labels", "train-images-idx3-ubyte.gz holds 3 images");
    }

    @Test
    void aTestLabelThatTrainingDoesNotKnowIsRefused() throws IOException {
        write(folder.resolve("t10k-labels-idx1-ubyte.gz"), gz(labels(1, 3)));
        refused("t10k-labels-idx1-ubyte.gz gives image 1 the label 3", "0 to 2 for 3 classes");
    }

    @Test
    void aLabelBeyondTheClassNamesIsRefused() {
        write(folder.resolve("label_names.txt"), "cat\ndog\n");
        refused("train-labels-idx1-ubyte gives image 0 the label 2", "0 to 1 for 2 classes");
    }

    @Test
    void splitsOfDifferentShapesAreRefused() {
        write(folder.resolve("t10k-images.idx3-ubyte"), idx(new int[] {0x803, 2, 3, 2}, new byte[12]));
        refused("training images of [1, 2, 3]", "test images of [1, 3, 2]");
    }
}
