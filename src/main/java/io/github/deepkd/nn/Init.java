package io.github.deepkd.nn;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/** How a fresh weight's values are drawn from libtorch's generator. */
@FunctionalInterface
public interface Init {

    /** Overwrites zeros. */
    void fill(Tensor weight);

    Init ZERO = weight -> {};

    Init ONE = weight -> Torch.fill_(weight, 1);

    /** Normal with variance 2 / fan-out, for layers before a ReLU (He et al. 2015); [out, in / groups, k, k]. */
    Init HE = weight -> Torch.normal_(weight, 0, Math.sqrt(2.0 / ((double) weight.numel() / weight.size(1))));

    /** Uniform within 1 / sqrt(fan-in), PyTorch's default; [out, in, …]. */
    Init UNIFORM = weight ->
            within(1 / Math.sqrt((double) weight.numel() / weight.size(0))).fill(weight);

    static Init normal(double std) {
        return weight -> Torch.normal_(weight, 0, std);
    }

    /** Uniform between {@code -bound} and {@code bound}. */
    static Init within(double bound) {
        return weight -> Torch.uniform_(weight, -bound, bound);
    }
}
