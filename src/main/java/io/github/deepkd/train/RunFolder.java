package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.files.Reason;
import io.github.deepkd.files.WholeFile;
import io.github.deepkd.optim.Momenta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of one run: configuration, events, checkpoints, the student and its curves.
 *
 * @param lock what keeps other processes out while a run is going on; null where the folder is only looked at
 */
public record RunFolder(Path path, @Nullable RunLock lock) implements AutoCloseable {

    /**
     * Settings that a resumed run may change: of those that may change its results, other threads change rounding, and a
     * step that would be skipped would otherwise end the run. What lies in the folders of data and of stored answers is
     * compared with the checkpoint's.
     */
    private static final Set<String> MAY_CHANGE = Set.of(
            "threads",
            "deterministic",
            "log-every",
            "tensorboard",
            "mean-of",
            "check-every",
            "on-nonfinite",
            "checkpoints.every-steps",
            "checkpoints.every-minutes",
            "checkpoints.keep",
            "data.loader-threads",
            "data.directory",
            "teacher.answers");

    /** What is measured changes nothing, unless momenta follow it. */
    private static final Set<String> MEASURING = Set.of("gsnr-every", "gsnr-window");

    /** To look at, not to train in. */
    public RunFolder(Path path) {
        this(path, null);
    }

    /**
     * A new folder for a run, kept from other processes until it is closed.
     *
     * @throws BadInput where it holds a run, is in use or cannot be written
     */
    public static RunFolder create(Path path) {
        try {
            Files.createDirectories(path);
            RunFolder folder = new RunFolder(path, RunLock.take(path));
            folder.requireNoRun();
            return folder;
        } catch (IOException e) {
            throw new BadInput(
                    "the output folder " + path + " cannot be written (" + Reason.of(e)
                            + "): name another --output folder",
                    e);
        }
    }

    private void requireNoRun() throws IOException {
        if (holdsRun()) {
            close();
            throw new BadInput(
                    path + " already holds a run: go on with it by --resume, or name another --output folder");
        }
    }

    private boolean holdsRun() throws IOException {
        return Files.exists(configuration())
                || Files.exists(checkpoints())
                || Files.exists(student())
                || (Files.exists(events()) && Files.size(events()) > 0);
    }

    /**
     * The folder of a run that is to go on under {@code config}, kept from other processes until it is closed.
     *
     * @throws BadInput where it holds none, or one of another configuration, is in use or cannot be written
     */
    public static RunFolder resume(Path path, RunConfig config) {
        new RunFolder(path).requireSame(config);
        try {
            RunFolder folder = new RunFolder(path, RunLock.take(path));
            WholeFile.deleteRemains(path);
            WholeFile.deleteRemains(folder.checkpoints());
            return folder;
        } catch (IOException e) {
            throw new BadInput(
                    "the run's folder " + path + " cannot be written (" + Reason.of(e) + "): make it writable", e);
        }
    }

    /**
     * @throws BadInput where there is no run, or one of another configuration
     */
    public void requireSame(RunConfig config) {
        if (!Files.exists(configuration())) {
            throw new BadInput(path + " holds no run to resume: leave --resume out to start one there");
        }
        boolean fixedEpochs =
                config.learningRate().dependsOnEpochs() || config.mask().dependsOnEpochs();
        Set<String> free = new TreeSet<>(MAY_CHANGE);
        if (!fixedEpochs) {
            free.add("epochs");
        }
        if (!(config.momenta() instanceof Momenta.Following)) {
            free.addAll(MEASURING);
        }
        requireSame(config.toMap(), free);
    }

    /** Compares what was written with what would be written now, key by key. */
    private void requireSame(Map<String, Object> configuration, Set<String> free) {
        Map<String, @Nullable Object> then = new TreeMap<>();
        flatten("", Yaml.read(configuration()), then);
        Map<String, @Nullable Object> now = new TreeMap<>();
        flatten("", Yaml.parse("the configuration", Yaml.dump(configuration)), now);
        Set<String> keys = new TreeSet<>(then.keySet());
        keys.addAll(now.keySet());
        keys.removeAll(free);
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

    /** TensorBoard's event files. */
    public Path tensorboard() {
        return path.resolve("tensorboard");
    }

    public Path curves() {
        return path.resolve("curves.png");
    }

    /** The student as of the newest checkpoint, or after the last epoch. */
    public Path student() {
        return path.resolve("student.safetensors");
    }

    /** The student as a program, where it came as one. */
    public Path torchScript() {
        return asTorchScript(student());
    }

    /** The program beside a student's weights. */
    static Path asTorchScript(Path weights) {
        return weights.resolveSibling(String.valueOf(weights.getFileName()).replace(".safetensors", ".torchscript.pt"));
    }

    /** The student after the epoch of the highest top-1. */
    public Path best() {
        return path.resolve("student-best.safetensors");
    }

    Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** Makes room for checkpoints and writes the configuration. */
    void begin(Map<String, Object> values) {
        try {
            Files.createDirectories(checkpoints());
            WholeFile.write(configuration(), Yaml.dump(values));
        } catch (IOException e) {
            throw new BadInput(
                    configuration() + " cannot be written (" + Reason.of(e) + "): make room or name another --output",
                    e);
        }
    }

    /** Lets other processes in. */
    @Override
    public void close() {
        if (lock != null) {
            lock.close();
        }
    }
}
