package io.github.deepkd.nn;

import static io.github.deepkd.tensor.Torch.add;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.sub;

import io.github.deepkd.tensor.FusedConv2d;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and the normalisation behind it as one: with s = gamma / sqrt(var + eps), norm(conv(x)) is a convolution
 * with the weights s w and the bias beta + s (b - mean).
 */
final class FrozenConv2d implements Layer {

    private final FusedConv2d conv;
    private final boolean relu;

    /**
     * @param norm null for none
     * @param relu whether a ReLU follows
     */
    FrozenConv2d(Conv2d conv, @Nullable BatchNorm2d norm, boolean relu) {
        Tensor weight = conv.weight();
        Tensor bias = conv.bias();
        if (norm != null) {
            Tensor scale = norm.scale();
            Tensor unscaled = weight;
            // All that is kept is the form in which it will be used.
            weight = TensorScope.within(
                    () -> Torch.channelsLast(Torch.compute(mul(unscaled, scale.view(-1, 1, 1, 1)), conv.precision())));
            bias = add(norm.shift(), mul(scale, sub(bias, norm.mean())));
        }
        this.conv =
                new FusedConv2d(weight, bias, conv.spec().stride(), conv.spec().groups(), conv.precision());
        this.relu = relu;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return conv.of(x, relu);
    }

    /** {@code y += conv(x)}, and a ReLU of the sum where asked; {@code y} is overwritten. */
    Tensor addTo(Tensor y, Tensor x, boolean sumRelu) {
        return conv.addTo(y, x, sumRelu);
    }
}
