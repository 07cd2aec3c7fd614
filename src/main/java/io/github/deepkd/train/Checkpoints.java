package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.Reason;
import io.github.deepkd.interop.TorchScript;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A run's checkpoints on the disk: writes one when it is due, keeps the newest, finds the one to go on from. */
final class Checkpoints {

    /** After an epoch, or within one after a step. */
    private static final Pattern NAME = Pattern.compile("epoch-(\\d{1,9})(?:-step-(\\d{1,9}))?\\.safetensors");

    private final RunFolder folder;
    private final Checkpointing when;
    private final Model student;
    private final Map<String, Tensor> trainer;
    private final Provenance provenance;
    private long lastNanos = System.nanoTime();
    private int stepsSince;

    /** @param trainer its state by name */
    Checkpoints(
            RunFolder folder, Checkpointing when, Model student, Map<String, Tensor> trainer, Provenance provenance) {
        this.folder = folder;
        this.when = when;
        this.student = student;
        this.trainer = trainer;
        this.provenance = provenance;
    }

    /** Called after each step. */
    void afterStep(RunState at) {
        stepsSince++;
        if (when.due(stepsSince, System.nanoTime() - lastNanos)) {
            save(at);
        }
    }

    /** Writes a checkpoint and the student beside it, and returns the checkpoint's name. */
    String save(RunState at) {
        try (TensorScope checking = TensorScope.open()) {
            NumberCheck.requireFinite(student); // or this would push out one that the run could go on from
        }
        Path file = folder.checkpoints().resolve(name(at));
        Checkpoint.write(file, student, trainer, at, provenance);
        writeStudent(folder.student());
        prune();
        stepsSince = 0;
        lastNanos = System.nanoTime();
        return name(at);
    }

    /** Keeps the student of the best epoch so far, where that is the last one done. */
    void saveBest(RunState at) {
        int last = at.done().size() - 1;
        if (at.done().get(last).testTop1() == at.done().get(last).bestTop1()) {
            writeStudent(folder.best());
        }
    }

    private void writeStudent(Path file) {
        Safetensors.write(file, student.tensors(), Map.of("model", student.name(), "recipe", provenance.recipe()));
        if (TorchScript.is(student)) {
            TorchScript.write(RunFolder.asTorchScript(file), student);
        }
    }

    /** The file to go on from; null where there is none yet. */
    @Nullable
    String newest() {
        return byPosition().values().stream().findFirst().map(Path::toString).orElse(null);
    }

    static String name(RunState at) {
        return at.step() == 0
                ? String.format(Locale.ROOT, "epoch-%04d.safetensors", at.epoch() - 1)
                : String.format(Locale.ROOT, "epoch-%04d-step-%06d.safetensors", at.epoch(), at.step());
    }

    /**
     * Puts the newest state that can be read back into student and trainer, and returns it; the start where there is none.
     *
     * @param notes hears of files that are damaged, which are moved aside, and of what differs from then
     * @throws BadInput where every checkpoint is damaged, or the newest whole one is of another run
     */
    RunState restore(Consumer<String> notes) {
        Collection<Path> newestFirst = byPosition().values();
        for (Path file : newestFirst) {
            try (Checkpoint checkpoint = Checkpoint.read(file)) {
                provenance.requireSame(file, checkpoint.metadata());
                provenance.differences(checkpoint.metadata()).forEach(notes);
                return checkpoint.restore(student, trainer);
            } catch (Checkpoint.Damaged e) {
                notes.accept(e.getMessage() + "; it is moved aside, and the one before it is taken");
                moveAside(file);
            }
        }
        if (!newestFirst.isEmpty()) {
            throw new BadInput("none of the checkpoints in " + folder.checkpoints()
                    + " can be read: start again in another --output folder");
        }
        return RunState.start();
    }

    private static void moveAside(Path file) {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new BadInput(file + " is damaged and cannot be moved aside (" + Reason.of(e) + "): delete it", e);
        }
    }

    private void prune() {
        byPosition().values().stream().skip(when.keep()).forEach(old -> {
            try {
                Files.delete(old);
            } catch (IOException e) {
                throw new BadInput("the old checkpoint " + old + " cannot be deleted: " + Reason.of(e), e);
            }
        });
    }

    /** By how far they are, the newest first. */
    private Map<Position, Path> byPosition() {
        Map<Position, Path> found = new TreeMap<>(Comparator.reverseOrder());
        if (Files.isDirectory(folder.checkpoints())) {
            list().forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.put(Position.of(name), file);
                }
            });
        }
        return found;
    }

    private List<Path> list() {
        try (Stream<Path> files = Files.list(folder.checkpoints())) {
            return files.toList();
        } catch (IOException e) {
            throw new BadInput(folder.checkpoints() + " cannot be read: " + Reason.of(e), e);
        }
    }

    /** @param step as large as can be at an epoch's end */
    private record Position(int epoch, int step) implements Comparable<Position> {

        static Position of(Matcher name) {
            String step = name.group(2);
            return new Position(
                    Integer.parseInt(name.group(1)), step == null ? Integer.MAX_VALUE : Integer.parseInt(step));
        }

        @Override
        public int compareTo(Position other) {
            return Comparator.comparingInt(Position::epoch)
                    .thenComparingInt(Position::step)
                    .compare(this, other);
        }
    }
}
