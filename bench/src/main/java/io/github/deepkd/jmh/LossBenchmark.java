package io.github.deepkd.jmh;

import io.github.deepkd.distiller.Kd;
import io.github.deepkd.distiller.Pass;
import io.github.deepkd.distiller.View;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** CE, TCKD and NCKD of a batch [64, C] with their gradients in the logits, and the mask that chooses NCKD's classes. */
public class LossBenchmark extends Part {

    private static final int BATCH = 64;

    /** C: CIFAR-100, ImageNet-1k, ImageNet-21k. */
    @Param({"100", "1000", "21841"})
    private int classes;

    /** How many of them the mask keeps, as 1 / this; 1 is no mask. */
    @Param({"1", "2"})
    private int maskedTo;

    private TensorScope scope;
    private Pass pass;

    @Setup
    public void makeLogits() {
        scope = TensorScope.open();
        Torch.manualSeed(1);
        long[] labels = new SplittableRandom(1).longs(BATCH, 0, classes).toArray();
        pass = new Pass(
                List.of(new View(logits(), logits())),
                Torch.tensor(labels),
                classes / maskedTo,
                new Progress(1, 1, 0, 1),
                Semantics.PAPER,
                false,
                null);
    }

    private Tensor logits() {
        Tensor logits = Torch.zeros(Precision.FLOAT32, BATCH, classes);
        Torch.normal_(logits, 0, 2);
        return logits;
    }

    @TearDown
    public void free() {
        scope.close();
    }

    @Benchmark
    public int lossesWithGradients() {
        try (TensorScope step = TensorScope.open()) {
            List<Term> terms = Kd.DEFAULTS.losses(pass);
            return terms.size();
        }
    }
}
