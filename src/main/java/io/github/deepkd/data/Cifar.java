package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-10 and CIFAR-100 in the binary version of <a href="https://www.cs.toronto.edu/~kriz/cifar.html">their page</a>: an
 * image is its label bytes (CIFAR-100: coarse, then fine, which is the class) and 3 × 1024 bytes, the red, green and blue
 * planes. Files may hold any number of images, so subsets in this layout work too.
 */
public final class Cifar {

    private static final Shape SHAPE = new Shape(3, 32, 32);
    private static final int MOST_IMAGES = Integer.MAX_VALUE / SHAPE.size();

    private static final Layout TEN = new Layout(
            "cifar10",
            10,
            1,
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"),
            List.of("test_batch.bin"),
            "batches.meta.txt");

    private static final Layout HUNDRED =
            new Layout("cifar100", 100, 2, List.of("train.bin"), List.of("test.bin"), "fine_label_names.txt");

    /** @param labelBytes before each image; the last of them is its class */
    private record Layout(
            String name, int classes, int labelBytes, List<String> train, List<String> test, String classNames) {

        int recordBytes() {
            return labelBytes + SHAPE.size();
        }
    }

    private Cifar() {}

    /**
     * {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin}, with the class names of
     * {@code batches.meta.txt} where it lies beside them.
     *
     * @throws BadInput where a file is missing or truncated or a label is out of range
     */
    public static Dataset open10(Path folder) {
        return open(folder, TEN);
    }

    /**
     * {@code train.bin} and {@code test.bin}, with the class names of {@code fine_label_names.txt} where it lies beside
     * them.
     *
     * @throws BadInput where a file is missing or truncated or a label is out of range
     */
    public static Dataset open100(Path folder) {
        return open(folder, HUNDRED);
    }

    private static Dataset open(Path folder, Layout layout) {
        DataFiles.requireFolder(folder);
        List<String> names = DataFiles.classNames(folder.resolve(layout.classNames()), layout.classes());
        ImageSet train = split(folder, layout.train(), layout);
        ImageSet test = split(folder, layout.test(), layout);
        return new Dataset(layout.name(), train, test, names);
    }

    private static ImageSet split(Path folder, List<String> names, Layout layout) {
        List<Path> files = names.stream().map(folder::resolve).toList();
        long images = files.stream().mapToLong(file -> count(file, layout)).sum();
        if (images > MOST_IMAGES) {
            throw new BadInput(files + " hold " + images + " images, but at most " + MOST_IMAGES + " fit into memory");
        }
        byte[] pixels = new byte[(int) images * SHAPE.size()];
        byte[] labels = new byte[(int) images];
        int first = 0;
        for (Path file : files) {
            first = append(file, layout, pixels, labels, first);
        }
        return new InMemoryImages(SHAPE, pixels, labels);
    }

    private static long count(Path file, Layout layout) {
        InputFile.require(file);
        if (!Files.exists(file)) {
            throw new BadInput("there is no file " + file + ": " + layout.name() + " looks for "
                    + String.join(", ", layout.train()) + " and " + String.join(", ", layout.test()));
        }
        long bytes = bytes(file);
        long images = bytes / layout.recordBytes();
        if (bytes == 0 || bytes % layout.recordBytes() != 0) {
            int standard = (file.endsWith("train.bin") ? 50_000 : 10_000) * layout.recordBytes();
            throw new BadInput(file + " is truncated, or no " + layout.name() + " file: expected " + standard
                    + " bytes, or another multiple of " + layout.recordBytes() + ", found " + bytes);
        }
        return images;
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }

    /** Reads all images of {@code file} to the places from {@code first} on and returns the place after the last. */
    private static int append(Path file, Layout layout, byte[] pixels, byte[] labels, int first) {
        int end = first + (int) count(file, layout);
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
            for (int i = first; i < end; i++) {
                in.skipNBytes(layout.labelBytes() - 1);
                labels[i] = in.readByte();
                DataFiles.requireLabel(file, i - first, Byte.toUnsignedInt(labels[i]), layout.classes());
                in.readFully(pixels, i * SHAPE.size(), SHAPE.size());
            }
            return end;
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }
}
