package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The MNIST family (MNIST, Fashion-MNIST, KMNIST, …): greyscale images and labels in four IDX files, plain or gz. A header
 * is a magic number (the type, 8 for unsigned bytes, and the number of dimensions) and the dimensions, 4 bytes each, big
 * endian; see <a href="http://yann.lecun.com/exdb/mnist/">the format's page</a>.
 *
 * <p>IDX knows no class names: they are the lines of {@code label_names.txt} where it lies beside the files, or else numbers
 * up to the largest training label.
 */
public final class Idx {

    private static final String LABEL_NAMES = "label_names.txt";

    /** No file of images or labels is packed to less than a hundredth, but for small ones that are blank. */
    private static final int MOST_INFLATED = 100;

    /** Deflate makes at most so many bytes of one. */
    private static final int DEFLATE = 1032;

    private static final int ALWAYS_INFLATED = 64 << 20;

    /** A label is a byte. */
    private static final int MOST_CLASSES = 256;

    private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

    /** Where the files lie: a folder or the class path. */
    interface Source {
        /** The content, or nothing where there is no such file. */
        Optional<byte[]> read(String file) throws IOException;
    }

    /** A file's sizes, the number of images first, and what follows them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Content(String file, int[] sizes, byte[] values) {}

    private Idx() {}

    /**
     * {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte} and both for {@code t10k}, each as it is or with
     * {@code .gz} (and also in the spelling {@code train-images.idx3-ubyte}).
     *
     * @throws BadInput where a file is missing, truncated or no IDX file, or images and labels do not fit each other
     */
    public static Dataset open(Path folder) {
        DataFiles.requireFolder(folder);
        Source source = file -> {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Optional.of(InputFile.bytes(path, MOST_BYTES)) : Optional.empty();
        };
        return open(String.valueOf(folder.toAbsolutePath().normalize().getFileName()), folder.toString(), source);
    }

    static Dataset open(String name, String where, Source source) {
        Content labels = labels(where, source, "train");
        List<String> names = classNames(where, source, labels.values());
        ImageSet train = images(content(where, source, "train-images", 3), labels, names.size());
        ImageSet test = images(content(where, source, "t10k-images", 3), labels(where, source, "t10k"), names.size());
        return new Dataset(name, train, test, names);
    }

    private static Content labels(String where, Source source, String split) {
        return content(where, source, split + "-labels", 1);
    }

    private static List<String> classNames(String where, Source source, byte[] labels) {
        return read(where, source, LABEL_NAMES)
                .map(text -> classNames(where + "/" + LABEL_NAMES, text))
                .orElseGet(() -> DataFiles.numbered(1 + largest(labels)));
    }

    private static List<String> classNames(String file, byte[] text) {
        List<String> names = DataFiles.lines(file, text);
        if (names.size() > MOST_CLASSES) {
            throw new BadInput(file + " names " + names.size() + " classes, but a label is a byte and tells "
                    + MOST_CLASSES + " apart");
        }
        return names;
    }

    private static int largest(byte[] labels) {
        int largest = 0;
        for (byte label : labels) {
            largest = Math.max(largest, Byte.toUnsignedInt(label));
        }
        return largest;
    }

    private static ImageSet images(Content images, Content labels, int classes) {
        int[] sizes = images.sizes();
        if (labels.sizes()[0] != sizes[0]) {
            throw new BadInput(labels.file() + " holds " + labels.sizes()[0] + " labels, but " + images.file()
                    + " holds " + sizes[0] + " images: fetch both again");
        }
        for (int i = 0; i < sizes[0]; i++) {
            DataFiles.requireLabel(labels.file(), i, Byte.toUnsignedInt(labels.values()[i]), classes);
        }
        return new InMemoryImages(new Shape(1, sizes[1], sizes[2]), images.values(), labels.values());
    }

    private static Content content(String where, Source source, String stem, int dimensions) {
        List<String> candidates = Stream.of("-", ".")
                .map(separator -> stem + separator + "idx" + dimensions + "-ubyte")
                .flatMap(plain -> Stream.of(plain, plain + ".gz"))
                .toList();
        for (String candidate : candidates) {
            Optional<byte[]> bytes = read(where, source, candidate);
            if (bytes.isPresent()) {
                return parse(where + "/" + candidate, bytes.get(), dimensions);
            }
        }
        throw new BadInput(
                "there is no " + candidates.get(0) + " in " + where + ": looked for " + String.join(", ", candidates));
    }

    private static Optional<byte[]> read(String where, Source source, String file) {
        try {
            return source.read(file);
        } catch (IOException e) {
            throw new BadInput("cannot read " + where + "/" + file + ": " + e, e);
        }
    }

    private static Content parse(String file, byte[] bytes, int dimensions) {
        boolean zipped = bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
        try (InputStream in = open(bytes, zipped)) {
            byte[] header = in.readNBytes(Integer.BYTES * (1 + dimensions));
            int[] sizes = sizes(file, header, dimensions);
            double expected =
                    header.length + Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
            if (expected > (zipped ? mostInflated(bytes.length) : bytes.length)) {
                throw wrongLength(file, sizes, expected, bytes.length + (zipped ? " compressed" : ""));
            }
            byte[] values = new byte[(int) expected - header.length];
            int found = readUpTo(in, values);
            if (found < values.length) {
                throw wrongLength(file, sizes, expected, "" + (header.length + found));
            }
            if (in.read() >= 0) {
                throw wrongLength(file, sizes, expected, "more");
            }
            return new Content(file, sizes, values);
        } catch (IOException e) {
            throw new BadInput(file + " is damaged (" + e.getMessage() + "): fetch it again", e);
        }
    }

    private static double mostInflated(int packed) {
        double plausible = Math.max(ALWAYS_INFLATED, (double) MOST_INFLATED * packed);
        return Math.min(MOST_BYTES, Math.min(plausible, (double) DEFLATE * packed));
    }

    private static InputStream open(byte[] bytes, boolean zipped) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        return zipped ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static int[] sizes(String file, byte[] header, int dimensions) {
        int magic = 0x800 + dimensions;
        ByteBuffer in = ByteBuffer.wrap(header);
        if (header.length < Integer.BYTES * (1 + dimensions) || in.getInt() != magic) {
            throw new BadInput(String.format(
                    "%s is no IDX file of bytes in %d dimension(s): expected a header of %d bytes from 0x%08x on, found %s",
                    file,
                    dimensions,
                    Integer.BYTES * (1 + dimensions),
                    magic,
                    HexFormat.of().formatHex(header)));
        }
        int[] sizes = new int[dimensions];
        in.asIntBuffer().get(sizes);
        if (Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new BadInput(
                    file + " is damaged: its header gives the sizes " + Arrays.toString(sizes) + ": fetch it again");
        }
        return sizes;
    }

    /** Fills {@code values} as far as the data reach, even where they end within a gz block, and returns how far. */
    private static int readUpTo(InputStream in, byte[] values) throws IOException {
        int found = 0;
        try {
            for (int n = 0; n >= 0 && found < values.length; found += Math.max(0, n)) {
                n = in.read(values, found, values.length - found);
            }
        } catch (EOFException e) {
            return found;
        }
        return found;
    }

    private static BadInput wrongLength(String file, int[] sizes, double expected, String found) {
        return new BadInput(String.format(
                "%s is truncated or damaged: its header, %s, asks for %.0f bytes, found %s: fetch it again",
                file, Arrays.toString(sizes), expected, found));
    }
}
