package io.github.deepkd.train;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.Fingerprint;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFile;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * All that a run needs to go on as if it had never stopped: the student, every velocity, what the method learns, the
 * epochs so far and the losses of the one it is in. Shuffling, augmentation and dropout are functions of seed, epoch, step
 * and image, so there is no random state to keep. A sum over all of it tells whether the file is whole.
 */
final class Checkpoint implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    private static final String FORMAT = "deepkd-checkpoint-2";
    private static final String FIRST_FORMAT = "deepkd-checkpoint-1"; // knew no steps, and had no sum
    private static final String STUDENT = "student.";
    private static final String SUM = "sha256";

    private final TensorScope memory;
    private final WeightFile saved;

    private Checkpoint(TensorScope memory, WeightFile saved) {
        this.memory = memory;
        this.saved = saved;
    }

    /** The file is not what was written. */
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1;

        Damaged(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What a {@link RunState} is in a file. */
    record Saved(List<EpochDone> done, EpochLosses.Saved losses) {}

    /**
     * Writes the state of a run.
     *
     * @param trainer its state by name
     */
    static void write(Path file, Model student, Map<String, Tensor> trainer, RunState at, Provenance provenance) {
        Map<String, Tensor> tensors = tensors(student, trainer);
        Map<String, String> metadata = new TreeMap<>(provenance.metadata());
        metadata.put("format", FORMAT);
        metadata.put("state", json(at));
        metadata.put(SUM, Fingerprint.of(tensors, metadata));
        Safetensors.write(file, tensors, metadata);
    }

    private static String json(RunState at) {
        try {
            return JSON.writeValueAsString(new Saved(at.done(), at.losses().saved()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads a whole file into memory that is given back on closing.
     *
     * @throws Damaged where it is not what was written
     * @throws BadInput where it is a file of another kind, or of another version
     */
    static Checkpoint read(Path file) {
        TensorScope memory = TensorScope.open();
        try {
            WeightFile saved = whole(file);
            requireFormat(saved);
            requireSum(saved);
            return new Checkpoint(memory, saved);
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static WeightFile whole(Path file) {
        try {
            return Safetensors.read(file);
        } catch (BadInput e) {
            throw new Damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireSum(WeightFile file) {
        Map<String, String> metadata = new TreeMap<>(file.metadata());
        String sum = metadata.remove(SUM);
        if (!Fingerprint.of(file.tensors(), metadata).equals(sum)) {
            throw new Damaged(file.file() + " does not hold what its SHA-256 sum was taken of", null);
        }
    }

    private static void requireFormat(WeightFile file) {
        String format = file.metadata().getOrDefault("format", "");
        if (format.equals(FIRST_FORMAT)) {
            throw new BadInput(file.file() + " is of format " + format + ", where this version of deepkd reads "
                    + FORMAT + ": go on with the version that wrote it, or start again in another --output folder");
        }
    }

    Map<String, String> metadata() {
        return saved.metadata();
    }

    /** Puts the tensors back, in place, and returns where the run stood. */
    RunState restore(Model student, Map<String, Tensor> trainer) {
        RunState state = state();
        WeightFiles.copyInto(tensors(student, trainer), saved, student.name() + " with these momenta");
        student.loaded();
        return state;
    }

    private RunState state() {
        try {
            @Nullable Saved state = JSON.readValue(saved.metadata().getOrDefault("state", ""), Saved.class);
            if (state == null) {
                throw new BadInput(saved.file() + " does not tell how far its run was: there is null in its place");
            }
            return new RunState(state.done, new EpochLosses(state.losses));
        } catch (JsonProcessingException e) {
            throw new BadInput(saved.file() + " does not tell how far its run was: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, Tensor> tensors(Model student, Map<String, Tensor> trainer) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        student.tensors().forEach((name, tensor) -> tensors.put(STUDENT + name, tensor));
        tensors.putAll(trainer);
        return tensors;
    }

    @Override
    public void close() {
        memory.close();
    }
}
