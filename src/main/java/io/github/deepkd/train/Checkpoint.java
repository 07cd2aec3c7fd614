package io.github.deepkd.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Description;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFile;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * All that a run needs to go on as if it had never stopped: the student, every velocity, what the method learns and
 * the epochs so far. Shuffling
 * and augmentation are functions of seed, epoch and image, so there is no random state to keep.
 */
final class Checkpoint {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STUDENT = "student.";

    private Checkpoint() {}

    /**
     * Writes the state after the last of {@code epochs}.
     *
     * @param trainer its state by name
     * @param origin what they were trained on
     */
    static void write(Path file, Model student, Map<String, Tensor> trainer, List<EpochDone> epochs, Origin origin) {
        Map<String, String> metadata = Map.of(
                "format",
                "deepkd-checkpoint-1",
                "data",
                origin.dataHash(),
                "answers",
                origin.answersJson(),
                "epochs",
                json(epochs));
        Safetensors.write(file, tensors(student, trainer), metadata);
    }

    /** Puts the state back and returns the epochs that are done. */
    static List<EpochDone> read(Path file, Model student, Map<String, Tensor> trainer, Origin origin) {
        try (TensorScope reading = TensorScope.open()) {
            WeightFile saved = Safetensors.read(file);
            origin.requireSame(file, saved.metadata());
            List<EpochDone> epochs = epochs(file, saved.metadata().getOrDefault("epochs", ""));
            WeightFiles.copyInto(tensors(student, trainer), saved, student.name() + " with these momenta");
            student.loaded();
            return epochs;
        }
    }

    /**
     * What a student learns from.
     *
     * @param answers null unless stored ones
     */
    record Origin(String dataHash, @Nullable Description answers) {

        private String answersJson() {
            return answers == null ? "" : answers.toJson();
        }

        private void requireSame(Path file, Map<String, String> then) {
            if (!dataHash.equals(then.get("data"))) {
                throw new BadInput(
                        file + " was trained on other data than is given now: resume it with the same images");
            }
            String stored = then.getOrDefault("answers", "");
            if (stored.isEmpty() != (answers == null)) {
                throw new BadInput(file + " was trained " + (stored.isEmpty() ? "without" : "from")
                        + " stored answers: resume it with the same teacher.answers");
            }
            if (answers != null) {
                requireSame(file, Description.parse(file.toString(), stored), answers);
            }
        }

        private static void requireSame(Path file, Description then, Description now) {
            String views = then.views() == now.views() ? null : "views " + then.views() + ", not " + now.views();
            String setting = then.difference(now);
            String difference = setting == null ? views : setting;
            if (difference != null) {
                throw new BadInput(file + " was trained from stored answers with " + difference
                        + ": resume it with the same teacher.answers");
            }
        }
    }

    private static Map<String, Tensor> tensors(Model student, Map<String, Tensor> trainer) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        student.tensors().forEach((name, tensor) -> tensors.put(STUDENT + name, tensor));
        tensors.putAll(trainer);
        return tensors;
    }

    private static String json(List<EpochDone> epochs) {
        try {
            return JSON.writerFor(EpochDone[].class).writeValueAsString(epochs.toArray(EpochDone[]::new));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<EpochDone> epochs(Path file, String json) {
        try {
            return new ArrayList<>(List.of(JSON.readValue(json, EpochDone[].class)));
        } catch (JsonProcessingException e) {
            throw new BadInput(file + " is not a checkpoint of deepkd: it lists no epochs", e);
        }
    }
}
