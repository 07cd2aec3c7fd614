package io.github.deepkd.train;

import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A checkpoint of resnet8 after two epochs, written and read as a run does; open to tests of other packages. */
public final class CheckpointFile {

    private static final Checkpoint.Origin ORIGIN = new Checkpoint.Origin("0123", null);

    private CheckpointFile() {}

    public static void write(Path file) {
        try (TensorScope scope = TensorScope.open()) {
            Checkpoint.write(file, student(), velocity(), List.of(epoch(1), epoch(2)), ORIGIN);
        }
    }

    public static void read(Path file) {
        try (TensorScope scope = TensorScope.open()) {
            Checkpoint.read(file, student(), velocity(), ORIGIN);
        }
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
