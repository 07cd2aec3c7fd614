package io.github.deepkd.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.models.Model;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * All that a run needs to go on as if it had never stopped: the student, every velocity and the epochs so far. Shuffling
 * and augmentation are functions of seed, epoch and image, so there is no random state to keep.
 */
final class Checkpoint {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STUDENT = "student.";
    private static final String VELOCITY = "velocity.";

    private Checkpoint() {}

    /** Writes the state after the last of {@code epochs}. */
    static void write(Path file, Model student, Sgd sgd, List<EpochDone> epochs) {
        Map<String, String> metadata = Map.of("format", "deepkd-checkpoint-1", "epochs", json(epochs));
        Safetensors.write(file, tensors(student, sgd), metadata);
    }

    /** Puts the state back and returns the epochs that are done. */
    static List<EpochDone> read(Path file, Model student, Sgd sgd) {
        WeightFile saved = Safetensors.read(file);
        Map<String, Tensor> here = tensors(student, sgd);
        if (!saved.tensors().keySet().equals(here.keySet())) {
            throw new BadInput(
                    file + " is the checkpoint of another run: its student or its momenta differ; start a new "
                            + "run in another --output folder");
        }
        List<EpochDone> epochs = epochs(file, saved.metadata().getOrDefault("epochs", ""));
        Torch.noGrad(() ->
                here.forEach((name, tensor) -> tensor.copy_(saved.tensors().get(name))));
        student.loaded();
        return epochs;
    }

    private static Map<String, Tensor> tensors(Model student, Sgd sgd) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        student.tensors().forEach((name, tensor) -> tensors.put(STUDENT + name, tensor));
        sgd.velocities().forEach((name, tensor) -> tensors.put(VELOCITY + name, tensor));
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
            return List.of(JSON.readValue(json, EpochDone[].class));
        } catch (JsonProcessingException e) {
            throw new BadInput(file + " is not a checkpoint of deepkd: it lists no epochs", e);
        }
    }
}
