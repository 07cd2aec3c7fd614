package io.github.deepkd.data;

import static java.util.Map.entry;

import io.github.deepkd.BadInput;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The registry of data set kinds: one line each gives it a name, a description, a normalisation and a reader. */
public final class Datasets {

    private static final Normalization CIFAR10 =
            new Normalization(List.of(0.4914, 0.4822, 0.4465), List.of(0.2470, 0.2435, 0.2616));
    private static final Normalization CIFAR100 =
            new Normalization(List.of(0.5071, 0.4867, 0.4408), List.of(0.2675, 0.2565, 0.2761));
    private static final Normalization FASHION_MNIST = new Normalization(List.of(0.2860), List.of(0.3530));
    private static final Normalization IMAGENET =
            new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private static final Map<String, Kind> ALL = inOrder(List.of(
            entry("cifar10", new Kind("CIFAR-10, binary version", CIFAR10, files(Cifar::open10))),
            entry("cifar100", new Kind("CIFAR-100, binary version", CIFAR100, files(Cifar::open100))),
            entry("idx", new Kind("IDX files of the MNIST family, plain or .gz", FASHION_MNIST, files(Idx::open))),
            entry(
                    "csv",
                    new Kind(
                            "PNG or JPEG images listed in a CSV: path,label,split", IMAGENET, images(CsvImages::open))),
            entry("folder", new Kind("PNG or JPEG images, a folder a class", IMAGENET, images(ImageFolder::open))),
            entry(
                    "sample",
                    new Kind("Fashion-MNIST sample, embedded", FASHION_MNIST, embedded(FashionMnistSample::open)))));

    private interface Opener {
        Dataset open(String kind, @Nullable Path folder, Optional<Fit> fit);
    }

    private record Kind(String description, Normalization normalization, Opener opener) {}

    private Datasets() {}

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** One line for people. */
    public static String description(String kind) {
        return kind(kind).description();
    }

    /** What the kind's images are usually normalised with; for {@code idx} that of Fashion-MNIST, for folders and CSVs ImageNet's. */
    public static Normalization normalization(String kind) {
        return kind(kind).normalization();
    }

    /** Opens {@code KIND:DIR}, or {@code KIND} alone where it is embedded. */
    public static Dataset open(String kindAndFolder) {
        return open(kindAndFolder, Optional.empty());
    }

    /** Opens {@code KIND:DIR} with images of one shape; see {@link #open(String, Path, Optional)}. */
    public static Dataset open(String kindAndFolder, Optional<Fit> fit) {
        return open(kindOf(kindAndFolder), folderOf(kindAndFolder), fit);
    }

    /** The kind in {@code KIND:DIR}, known or not. */
    public static String kindOf(String kindAndFolder) {
        return kindAndFolder.split(":", 2)[0];
    }

    private static @Nullable Path folderOf(String kindAndFolder) {
        String[] parts = kindAndFolder.split(":", 2);
        return parts.length == 1 || parts[1].isEmpty() ? null : Path.of(parts[1]);
    }

    /** Opens the data set of that kind in {@code folder}; the embedded kinds have none. */
    public static Dataset open(String kind, @Nullable Path folder) {
        return open(kind, folder, Optional.empty());
    }

    /**
     * Opens the data set of that kind in {@code folder}.
     *
     * @param fit how images come to one shape; of the kinds {@code folder} and {@code csv} only
     * @throws BadInput where the kind is unknown or its files cannot be used
     */
    public static Dataset open(String kind, @Nullable Path folder, Optional<Fit> fit) {
        return kind(kind).opener().open(kind, folder, fit);
    }

    private static Kind kind(String name) {
        Kind kind = ALL.get(name);
        if (kind == null) {
            throw new BadInput("there is no data set kind '" + name + "'; known: " + String.join(", ", names()));
        }
        return kind;
    }

    private static Opener images(BiFunction<Path, Optional<Fit>, Dataset> reader) {
        return (kind, folder, fit) -> {
            if (folder == null) {
                throw new BadInput("the data set kind '" + kind + "' needs the place of its files: " + kind + ":DIR");
            }
            return reader.apply(folder, fit);
        };
    }

    private static Opener files(Function<Path, Dataset> reader) {
        Opener opener = images((folder, fit) -> reader.apply(folder));
        return (kind, folder, fit) -> {
            requireNoSize(kind, fit);
            return opener.open(kind, folder, fit);
        };
    }

    private static Opener embedded(Supplier<Dataset> reader) {
        return (kind, folder, fit) -> {
            requireNoSize(kind, fit);
            if (folder != null) {
                throw new BadInput("the data set '" + kind + "' is embedded and takes no folder, found " + folder);
            }
            return reader.get();
        };
    }

    private static void requireNoSize(String kind, Optional<Fit> fit) {
        if (fit.isPresent()) {
            throw new BadInput("only the data set kinds 'folder' and 'csv' take an image size, not '" + kind + "'");
        }
    }

    private static Map<String, Kind> inOrder(List<Map.Entry<String, Kind>> rows) {
        Map<String, Kind> map = new LinkedHashMap<>();
        rows.forEach(row -> map.put(row.getKey(), row.getValue()));
        return Collections.unmodifiableMap(map);
    }
}
