package io.github.deepkd.nn;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/** Square 2-D convolution without bias, as every CIFAR network here uses it. */
public final class Conv2d implements Layer {

    private final Weight weight;
    private final int stride;
    private final int padding;

    /** Fresh weights are drawn as He et al. 2015 (fan-out, ReLU), as mdistiller's CIFAR networks do. */
    public Conv2d(StateDict state, int in, int out, int kernel, int stride) {
        Tensor initial = Torch.zeros(state.precision(), out, in, kernel, kernel);
        Torch.normal_(initial, 0, Math.sqrt(2.0 / ((double) out * kernel * kernel)));
        this.weight = state.weight("weight", Weight.Role.PRODUCT, initial);
        this.stride = stride;
        this.padding = kernel / 2;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return Torch.conv2d(x, weight.used(), stride, padding);
    }
}
