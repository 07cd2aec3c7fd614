package io.github.deepkd.loss;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss of every sample with its gradient in the student's logits.
 *
 * @param value [N]
 * @param gradient [N, C], of each sample's own value (not divided by N)
 */
public record PerSample(Tensor value, Tensor gradient) {

    /** Each sample's loss times its weight [N], which does not depend on the student. */
    public PerSample weighted(Tensor weight) {
        return new PerSample(Torch.mul(value, weight), Torch.mul(gradient, Torch.column(weight)));
    }

    public PerSample times(double factor) {
        return new PerSample(Torch.mul(factor, value), Torch.mul(factor, gradient));
    }
}
