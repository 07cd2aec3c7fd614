package io.github.deepkd.nn;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/** {@code x W^T + b}: [N, in] to [N, out]. */
public final class Linear implements Layer {

    private final Weight weight;
    private final Weight bias;

    /** Fresh weights and biases are uniform within 1 / sqrt(in), PyTorch's default. */
    public Linear(StateDict state, int in, int out) {
        this(state, in, out, Init.UNIFORM, Init.within(1 / Math.sqrt(in)));
    }

    public Linear(StateDict state, int in, int out, Init weights, Init biases) {
        weight = state.weight("weight", Weight.Role.PRODUCT, weights, out, in);
        bias = state.weight("bias", Weight.Role.PRODUCT, biases, out);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return mode.product(weight, Torch.linear(x, weight.used(), bias.used()));
    }
}
