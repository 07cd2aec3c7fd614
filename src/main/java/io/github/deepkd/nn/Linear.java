package io.github.deepkd.nn;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/** {@code x W^T + b}: [N, in] to [N, out]. */
public final class Linear implements Layer {

    private final Weight weight;
    private final Weight bias;

    /** Fresh weights and biases are uniform within 1 / sqrt(in), PyTorch's default. */
    public Linear(StateDict state, int in, int out) {
        weight = state.weight("weight", Weight.Role.PRODUCT, uniform(state, in, out, in));
        bias = state.weight("bias", Weight.Role.PRODUCT, uniform(state, in, out));
    }

    private static Tensor uniform(StateDict state, int fanIn, long... shape) {
        Tensor initial = Torch.zeros(state.precision(), shape);
        double bound = 1 / Math.sqrt(fanIn);
        Torch.uniform_(initial, -bound, bound);
        return initial;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return Torch.linear(x, weight.used(), bias.used());
    }
}
