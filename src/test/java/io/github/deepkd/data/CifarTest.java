package io.github.deepkd.data;

import static io.github.deepkd.data.Fixtures.bytes;
import static io.github.deepkd.data.Fixtures.image;
import static io.github.deepkd.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {

    private static final int PIXELS = 3072;

    private final Path folder;

    CifarTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Records with random pixels, drawn from the seed of their place. */
    private static byte[] records(int labelBytes, int... labels) {
        ByteBuffer records = ByteBuffer.allocate(labels.length * (labelBytes + PIXELS));
        for (int i = 0; i < labels.length; i++) {
            records.put(new byte[labelBytes - 1]).put((byte) labels[i]).put(bytes(PIXELS, i));
        }
        return records.array();
    }

    private void writeCifar100() {
        write(folder.resolve("train.bin"), records(2, 99, 0, 7));
        write(folder.resolve("test.bin"), records(2, 3));
    }

    private void writeCifar10() {
        for (int i = 1; i <= 5; i++) {
            write(folder.resolve("data_batch_" + i + ".bin"), records(1, i, i + 1));
        }
        write(folder.resolve("test_batch.bin"), records(1, 9));
    }

    @Test
    void cifar100TakesTheFineLabelAndThePlanesAsTheyAre() {
        writeCifar100();
        Dataset data = Cifar.open100(folder);
        assertThat(data.shape()).isEqualTo(new Shape(3, 32, 32));
        assertThat(data.train().size()).isEqualTo(3);
        assertThat(IntStream.range(0, 3).map(data.train()::label)).containsExactly(99, 0, 7);
        assertThat(image(data.train(), 2)).isEqualTo(bytes(PIXELS, 2));
        assertThat(data.test().size()).isEqualTo(1);
        assertThat(data.test().label(0)).isEqualTo(3);
        assertThat(data.classes()).isEqualTo(100);
        assertThat(data.classNames()).startsWith("0", "1").endsWith("99");
    }

    @Test
    void cifar10JoinsItsFiveTrainingFilesInOrder() {
        writeCifar10();
        Dataset data = Cifar.open10(folder);
        assertThat(IntStream.range(0, data.train().size()).map(data.train()::label))
                .containsExactly(1, 2, 2, 3, 3, 4, 4, 5, 5, 6);
        assertThat(image(data.train(), 9)).isEqualTo(bytes(PIXELS, 1));
        assertThat(data.classes()).isEqualTo(10);
    }

    @Test
    void classNamesAreReadWhereTheyLieBesideTheData() {
        writeCifar10();
        write(
                folder.resolve("batches.meta.txt"),
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
        assertThat(Cifar.open10(folder).classNames()).startsWith("airplane").endsWith("truck");
    }

    @Test
    void aWrongNumberOfClassNamesIsToldWithExpectedAndFound() {
        writeCifar100();
        write(
                folder.resolve("fine_label_names.txt"),
                IntStream.range(0, 20).mapToObj(i -> "c" + i).collect(Collectors.joining("\n")));
        assertThatThrownBy(() -> Cifar.open100(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll("fine_label_names.txt", "100 classes", "20");
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> Cifar.open100(folder.resolve("nowhere")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("there is no folder " + folder.resolve("nowhere"));
    }

    @Test
    void aFileInPlaceOfTheFolderIsToldApart() {
        writeCifar100();
        assertThatThrownBy(() -> Cifar.open100(folder.resolve("train.bin")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a file, not a folder");
    }

    @Test
    void aMissingFileIsNamedWithAllThatAreLookedFor() {
        write(folder.resolve("train.bin"), records(2, 1));
        assertThatThrownBy(() -> Cifar.open100(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll("there is no file " + folder.resolve("test.bin"), "train.bin and test.bin");
    }

    @Test
    void truncatedFileIsNamedWithExpectedAndFoundBytes() {
        writeCifar100();
        write(folder.resolve("train.bin"), new byte[3074 * 2 + 100]);
        assertThatThrownBy(() -> Cifar.open100(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll(
                        folder.resolve("train.bin").toString(), "153700000 bytes", "multiple of 3074", "found 6248");
    }

    @Test
    void anEmptyFileIsRefused() {
        writeCifar10();
        write(folder.resolve("test_batch.bin"), new byte[0]);
        assertThatThrownBy(() -> Cifar.open10(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll("test_batch.bin", "30730000", "found 0");
    }

    @Test
    void aLabelOutOfRangeIsToldWithItsImage() {
        writeCifar100();
        write(folder.resolve("test.bin"), records(2, 5, 100));
        assertThatThrownBy(() -> Cifar.open100(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll("test.bin gives image 1 the label 100", "0 to 99");
    }

    @Test
    void cifar100UnderCifar10NamesIsFoundOutByItsLength() {
        writeCifar10();
        write(folder.resolve("test_batch.bin"), records(2, 5, 7));
        assertThatThrownBy(() -> Cifar.open10(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("3073");
    }
}
