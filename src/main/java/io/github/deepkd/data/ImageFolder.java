package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PNG and JPEG files in one folder a class: {@code DIR/train/CLASS/…} and {@code DIR/test/CLASS/…} (or {@code DIR/val}). The
 * classes are the folders' names in order; folders inside a class belong to it; names that begin with a dot are skipped.
 * Images become RGB, transparency dropped, and are decoded each time they are asked for.
 * Links to images, and links in place of a class's or a split's folder, are followed; other links to folders are refused.
 *
 * <p>Where {@code DIR} has neither {@code train} nor {@code test} nor {@code val} it is an evaluation-only set: its own
 * folders are the classes, and both splits are the same images.
 */
public final class ImageFolder {

    private final Path root;
    private final Optional<Fit> fit;

    private ImageFolder(Path root, Optional<Fit> fit) {
        this.root = root;
        this.fit = fit;
    }

    /**
     * @param fit where given, all images become {@code [3, size, size]} and no file is opened before it is read; otherwise
     *     all files must be of one size
     * @throws BadInput where a folder or an image is missing, images differ in size or the test classes are others
     */
    public static Dataset open(Path root, Optional<Fit> fit) {
        DataFiles.requireFolder(root);
        return new ImageFolder(root, fit).open();
    }

    private Dataset open() {
        String name = String.valueOf(root.toAbsolutePath().normalize().getFileName());
        Path train = root.resolve("train");
        Path test = Stream.of("test", "val")
                .map(root::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(root);
        if (!Files.isDirectory(train) && test.equals(root)) {
            List<String> classes = classes(root);
            ImageSet both = split(root, classes);
            return new Dataset(name, both, both, classes);
        }
        requireBoth(train, test);
        List<String> classes = classes(train);
        requireSame(train, classes, test, classes(test));
        return new Dataset(name, split(train, classes), split(test, classes), classes);
    }

    private void requireBoth(Path train, Path test) {
        if (test.equals(root)) {
            throw new BadInput("there is " + train + ", but neither " + root.resolve("test") + " nor "
                    + root.resolve("val") + ": add one of them");
        }
        if (!Files.isDirectory(train)) {
            throw new BadInput("there is " + test + ", but no " + train + ": add it, or give " + test
                    + " itself to evaluate only");
        }
    }

    private static void requireSame(Path train, List<String> expected, Path test, List<String> found) {
        if (!found.equals(expected)) {
            List<String> missing =
                    expected.stream().filter(c -> !found.contains(c)).toList();
            List<String> unexpected =
                    found.stream().filter(c -> !expected.contains(c)).toList();
            throw new BadInput(train + " has " + expected.size() + " classes and " + test + " has " + found.size()
                    + ", but both must have the same: missing in the latter " + missing + ", unexpected " + unexpected);
        }
    }

    private static List<String> classes(Path split) {
        List<String> classes = entries(split).stream()
                .filter(Files::isDirectory)
                .map(folder -> folder.getFileName().toString())
                .filter(name -> !name.startsWith("."))
                .sorted()
                .toList();
        if (classes.isEmpty()) {
            throw new BadInput("there are no class folders in " + split + ": expected " + split.resolve("CLASS")
                    + " with PNG or JPEG images, one folder a class");
        }
        return classes;
    }

    private ImageSet split(Path folder, List<String> classes) {
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            List<Path> found = images(folder.resolve(classes.get(label)));
            files.addAll(found);
            labels.addAll(Collections.nCopies(found.size(), label));
        }
        return split(folder, files, labels, fit);
    }

    /** Image files wherever they lie below {@code root}. */
    static ImageSet split(Path root, List<Path> files, List<Integer> labels, Optional<Fit> fit) {
        return new Split(root, files, labels, shape(files, fit), fit);
    }

    private static List<Path> images(Path folder) {
        List<Path> files = new ArrayList<>();
        collect(folder, files);
        if (files.isEmpty()) {
            throw new BadInput("there are no images in " + folder + ": expected .png, .jpg or .jpeg files");
        }
        Collections.sort(files);
        return files;
    }

    private static void collect(Path folder, List<Path> files) {
        for (Path entry : entries(folder)) {
            if (Files.isDirectory(entry)) {
                requireNoLink(entry);
                collect(entry, files);
            } else if (isImage(entry)) {
                requireFile(entry);
                files.add(entry);
            }
        }
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw DataFiles.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw DataFiles.unreadable(folder, Objects.requireNonNull(e.getCause()));
        }
    }

    /** It might lead back to where it stands. */
    private static void requireNoLink(Path folder) {
        if (Files.isSymbolicLink(folder)) {
            throw new BadInput(folder + " is a link to a folder: within a class only links to images are followed; link"
                    + " the whole class, or the images");
        }
    }

    private static void requireFile(Path image) {
        if (!Files.exists(image)) {
            throw new BadInput("the link " + image + " leads nowhere: remove or mend it");
        }
        InputFile.require(image);
    }

    /** Whether its name is that of a PNG or JPEG file that is not hidden. */
    public static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && Stream.of(".png", ".jpg", ".jpeg").anyMatch(name::endsWith);
    }

    private static Shape shape(List<Path> files, Optional<Fit> fit) {
        if (fit.isPresent()) {
            return new Shape(3, fit.get().size(), fit.get().size());
        }
        Shape first = ImageFile.shape(files.get(0));
        for (Path file : files) {
            Shape shape = ImageFile.shape(file);
            if (!shape.equals(first)) {
                throw new BadInput(files.get(0) + " is of " + first.width() + " x " + first.height() + " pixels, but "
                        + file + " of " + shape.width() + " x " + shape.height()
                        + ": give a size, to which all are resized and cropped");
            }
        }
        return first;
    }

    private record Split(Path root, List<Path> files, List<Integer> labels, Shape shape, Optional<Fit> fit)
            implements ImageSet {

        @Override
        public int size() {
            return files.size();
        }

        @Override
        public int label(int index) {
            return labels.get(index);
        }

        @Override
        public void read(int index, byte[] planar) {
            byte[] planes = original(index).plain().planes();
            System.arraycopy(planes, 0, planar, 0, planes.length);
        }

        @Override
        public Original original(int index) {
            return new ImageFile(files.get(index), shape, fit);
        }

        /** Relative paths, sizes in bytes and labels: reading all images would take minutes. */
        @Override
        public void digest(MessageDigest sha) {
            for (int i = 0; i < size(); i++) {
                Path file = files.get(i);
                String path = root.relativize(file).toString().replace('\\', '/');
                sha.update((path + "\0").getBytes(StandardCharsets.UTF_8));
                sha.update(ByteBuffer.allocate(12)
                        .putLong(bytes(file))
                        .putInt(label(i))
                        .array());
            }
        }

        private static long bytes(Path file) {
            try {
                return Files.size(file);
            } catch (IOException e) {
                throw DataFiles.unreadable(file, e);
            }
        }
    }
}
