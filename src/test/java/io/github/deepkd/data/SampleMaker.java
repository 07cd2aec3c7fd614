package io.github.deepkd.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the embedded sample from the full Fashion-MNIST: the first 1,200 training images of each class in the order of the
 * full set, and the test files as they are. The README beside the sample tells how to run it.
 */
final class SampleMaker {

    static final int PER_CLASS = 1200;
    private static final List<String> TEST_FILES = List.of("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");

    private SampleMaker() {}

    /** Arguments: the folder of the full set, and the folder to write. */
    public static void main(String[] args) throws IOException {
        Path full = Path.of(args[0]);
        Path sample = Path.of(args[1]);
        ImageSet train = Idx.open(full).train();
        int[] chosen = chosen(train);
        write(sample.resolve("train-images-idx3-ubyte.gz"), images(train, chosen));
        write(sample.resolve("train-labels-idx1-ubyte.gz"), labels(train, chosen));
        for (String file : TEST_FILES) {
            Files.copy(full.resolve(file), sample.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The indices of the first images of each class, ascending. */
    static int[] chosen(ImageSet full) {
        int[] seen = new int[10];
        return IntStream.range(0, full.size())
                .filter(i -> seen[full.label(i)]++ < PER_CLASS)
                .toArray();
    }

    private static byte[] images(ImageSet full, int[] chosen) {
        Shape shape = full.shape();
        byte[] image = new byte[shape.size()];
        return idx(out -> {
            for (int size : new int[] {0x803, chosen.length, shape.height(), shape.width()}) {
                out.writeInt(size);
            }
            for (int i : chosen) {
                full.read(i, image);
                out.write(image);
            }
        });
    }

    private static byte[] labels(ImageSet full, int[] chosen) {
        return idx(out -> {
            out.writeInt(0x801);
            out.writeInt(chosen.length);
            for (int i : chosen) {
                out.writeByte(full.label(i));
            }
        });
    }

    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] idx(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** No time stamp goes into the file, so equal content gives equal bytes (with one and the same zlib). */
    private static void write(Path file, byte[] content) throws IOException {
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file)) {
            {
                def.setLevel(9);
            }
        }) {
            out.write(content);
        }
    }
}
