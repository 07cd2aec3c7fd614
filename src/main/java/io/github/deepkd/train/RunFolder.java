package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of one run: configuration, events, checkpoints, the student and its curves. */
public record RunFolder(Path path) {

    private static final Pattern CHECKPOINT = Pattern.compile("epoch-(\\d+)\\.safetensors");
    private static final int CHECKPOINTS_KEPT = 2;

    /**
     * Settings that a resumed run may change; another number of threads may change rounding. What lies in the folders of
     * data and of stored answers is compared with the checkpoint's.
     */
    private static final Set<String> MAY_CHANGE =
            Set.of("threads", "log-every", "mean-of", "data.loader-threads", "data.directory", "teacher.answers");

    /** A new folder; one that already holds a run is refused. */
    public static RunFolder create(Path path) {
        RunFolder folder = new RunFolder(path);
        try {
            if (Files.exists(folder.events()) && Files.size(folder.events()) > 0) {
                throw new BadInput(
                        path + " already holds a run: go on with it by --resume, or name another --output folder");
            }
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new BadInput(
                    "the output folder " + path + " cannot be written (" + e.getMessage()
                            + "): name another --output folder",
                    e);
        }
        if (!Files.isWritable(path)) {
            throw new BadInput("the output folder " + path + " is not writable: name another --output folder");
        }
        return folder;
    }

    /** The folder of a run that is to be resumed under {@code config}. */
    public static RunFolder resume(Path path, RunConfig config) {
        RunFolder folder = new RunFolder(path);
        if (!Files.exists(folder.configuration())) {
            throw new BadInput(path + " holds no run to resume: leave --resume out to start one there");
        }
        boolean fixedEpochs =
                config.learningRate().dependsOnEpochs() || config.mask().dependsOnEpochs();
        folder.requireSame(config.toMap(), fixedEpochs);
        return folder;
    }

    /** Compares what was written with what would be written now, key by key. */
    private void requireSame(Map<String, Object> configuration, boolean fixedEpochs) {
        Map<String, @Nullable Object> then = new TreeMap<>();
        flatten("", Yaml.read(configuration()), then);
        Map<String, @Nullable Object> now = new TreeMap<>();
        flatten("", Yaml.parse("the configuration", Yaml.dump(configuration)), now);
        Set<String> keys = new TreeSet<>(then.keySet());
        keys.addAll(now.keySet());
        keys.removeAll(MAY_CHANGE);
        if (!fixedEpochs) {
            keys.remove("epochs");
        }
        for (String key : keys) {
            if (!Objects.equals(then.get(key), now.get(key))) {
                throw new BadInput("the run in " + path + " has " + key + " " + then.get(key) + ", not " + now.get(key)
                        + ": resume it with the same setting, or start a new run in another --output folder");
            }
        }
    }

    /** Nested keys with dots between them. */
    static void flatten(String prefix, Map<?, ?> map, Map<String, @Nullable Object> into) {
        map.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flatten(prefix + key + ".", inner, into);
            } else {
                into.put(prefix + key, value);
            }
        });
    }

    public Path configuration() {
        return path.resolve("config.yaml");
    }

    public Path events() {
        return path.resolve("events.jsonl");
    }

    public Path curves() {
        return path.resolve("curves.png");
    }

    /** The student after the last epoch. */
    public Path student() {
        return path.resolve("student.safetensors");
    }

    private Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** The checkpoint after an epoch. */
    public Path checkpoint(int epoch) {
        return checkpoints().resolve(String.format(Locale.ROOT, "epoch-%04d.safetensors", epoch));
    }

    /** The checkpoint of the latest epoch. */
    public Optional<Path> latestCheckpoint() {
        return byEpoch().entrySet().stream().reduce((a, b) -> b).map(Map.Entry::getValue);
    }

    /** Deletes all checkpoints but the newest. */
    void prune() {
        List<Path> all = List.copyOf(byEpoch().values());
        try {
            for (Path old : all.subList(0, Math.max(0, all.size() - CHECKPOINTS_KEPT))) {
                Files.delete(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TreeMap<Integer, Path> byEpoch() {
        TreeMap<Integer, Path> found = new TreeMap<>();
        if (!Files.isDirectory(checkpoints())) {
            return found;
        }
        try (Stream<Path> files = Files.list(checkpoints())) {
            files.forEach(file -> {
                Matcher name = CHECKPOINT.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.put(Integer.parseInt(name.group(1)), file);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Makes room for checkpoints and writes the configuration beside and moves it into place: whole or not at all. */
    void begin(Map<String, Object> values) {
        Path written = path.resolve("config.yaml.tmp");
        try {
            Files.createDirectories(checkpoints());
            Files.writeString(written, Yaml.dump(values));
            Files.move(written, configuration(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
