package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Fingerprint;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** A checkpoint of resnet8 after two epochs, written and read as a run does; open to tests of other packages. */
public final class CheckpointFile {

    private static final String SUM = "sha256";

    private CheckpointFile() {}

    public static void write(Path file) {
        try (TensorScope scope = TensorScope.open()) {
            RunState state = new RunState(List.of(epoch(1), epoch(2)), new EpochLosses());
            Checkpoint.write(file, student(), velocity(), state, provenance());
        }
    }

    /** Forges: what the file holds, with these texts beside it, gets the sum that belongs to it. */
    public static void reseal(Path file, Map<String, String> texts) {
        try (TensorScope scope = TensorScope.open()) {
            WeightFile held = Safetensors.read(file);
            Map<String, String> metadata = new TreeMap<>(held.metadata());
            metadata.putAll(texts);
            metadata.remove(SUM);
            metadata.put(SUM, Fingerprint.of(held.tensors(), metadata));
            Safetensors.write(file, held.tensors(), metadata);
        }
    }

    /** @throws BadInput where the file is damaged as well, though a run would tell and take the one before it */
    public static void read(Path file) {
        try (TensorScope scope = TensorScope.open();
                Checkpoint checkpoint = Checkpoint.read(file)) {
            provenance().requireSame(file, checkpoint.metadata());
            provenance().differences(checkpoint.metadata());
            checkpoint.restore(student(), velocity());
        } catch (Checkpoint.Damaged e) {
            throw new BadInput(String.valueOf(e.getMessage()), e);
        }
    }

    private static Provenance provenance() {
        return new Provenance(RunConfig.DEFAULTS, "a recipe", "0123", "4567", null);
    }

    private static Model student() {
        Torch.manualSeed(1);
        return Models.create("resnet8", 1, 10, Precision.FLOAT32);
    }

    private static Map<String, Tensor> velocity() {
        return Map.of("velocity.task", Torch.tensor(new float[8], 8));
    }

    private static EpochDone epoch(int number) {
        return new EpochDone(number, 1.5, Map.of("task", 1.5), 60, 90, 61, 0.05, 0, 12.5, 640);
    }
}
