package io.github.deepkd.nn;

import io.github.deepkd.BadInput;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/** Batch normalisation over N, H and W (Ioffe and Szegedy 2015), momentum 0.1, epsilon 1e-5 as in PyTorch. */
public final class BatchNorm2d implements Layer {

    private final Weight weight;
    private final Weight bias;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final Tensor batchesTracked;

    public BatchNorm2d(StateDict state, int channels) {
        weight = state.weight("weight", Weight.Role.NORMALIZATION, Init.ONE, channels);
        bias = state.weight("bias", Weight.Role.NORMALIZATION, Init.ZERO, channels);
        runningMean = state.buffer("running_mean", Torch.zeros(state.precision(), channels));
        runningVar = state.buffer("running_var", Torch.ones(state.precision(), channels));
        batchesTracked = state.buffer("num_batches_tracked", Torch.counter());
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (mode.training()) {
            requireSeveralValues(x);
            Torch.increment_(batchesTracked);
        }
        return Torch.batchNorm(x, weight.used(), bias.used(), runningMean, runningVar, mode.training());
    }

    /** gamma / sqrt(var + eps), [C]; what evaluation multiplies by. */
    Tensor scale() {
        return Torch.div(weight.value(), Torch.sqrt(Torch.add(runningVar, Torch.NORM_EPSILON)));
    }

    /** beta, [C]. */
    Tensor shift() {
        return bias.value();
    }

    /** The running mean, [C]. */
    Tensor mean() {
        return runningMean;
    }

    /** One value has no variance: libtorch would put NaN into the running statistics. */
    private static void requireSeveralValues(Tensor x) {
        if (x.size(0) * x.size(2) * x.size(3) == 1) {
            throw new BadInput(
                    "a batch of one image whose features are 1 x 1 cannot be normalised: choose a batch-size "
                            + "that leaves no single image, or larger images");
        }
    }
}
