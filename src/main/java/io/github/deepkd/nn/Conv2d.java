package io.github.deepkd.nn;

import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** 2-D convolution with a square kernel, padded so that stride 1 keeps height and width, whatever they are. */
public final class Conv2d implements Layer {

    private final Weight weight;
    private final @Nullable Weight bias;
    private final Spec spec;
    private final Precision precision;

    /**
     * What a convolution is, but for its values.
     *
     * @param kernel height and width, odd
     * @param groups into which both channels are divided, each output seeing its own group's inputs only
     * @param biased whether a bias is added, which starts at zero
     * @param init draws the weight
     */
    public record Spec(int in, int out, int kernel, int stride, int groups, boolean biased, Init init) {

        public Spec grouped(int newGroups) {
            return new Spec(in, out, kernel, stride, newGroups, biased, init);
        }

        public Spec withBias() {
            return new Spec(in, out, kernel, stride, groups, true, init);
        }

        public Spec drawn(Init newInit) {
            return new Spec(in, out, kernel, stride, groups, biased, newInit);
        }
    }

    /** Without groups or bias, drawn as He et al. 2015 (fan-out), as most networks here are. */
    public static Spec spec(int in, int out, int kernel, int stride) {
        return new Spec(in, out, kernel, stride, 1, false, Init.HE);
    }

    /** A 1x1 convolution. */
    public static Spec pointwise(int in, int out) {
        return spec(in, out, 1, 1);
    }

    /** A 3x3 convolution of each channel on its own. */
    public static Spec depthwise(int channels, int stride) {
        return spec(channels, channels, 3, stride).grouped(channels);
    }

    public Conv2d(StateDict state, Spec spec) {
        this.spec = spec;
        this.precision = state.precision();
        long in = spec.in() / spec.groups();
        weight = state.weight("weight", Weight.Role.PRODUCT, spec.init(), spec.out(), in, spec.kernel(), spec.kernel());
        bias = spec.biased() ? state.weight("bias", Weight.Role.PRODUCT, Init.ZERO, spec.out()) : null;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        Tensor added = bias == null ? null : bias.used();
        return mode.product(
                weight, Torch.conv2d(x, weight.used(), added, spec.stride(), spec.kernel() / 2, spec.groups()));
    }

    @Override
    public Layer frozen() {
        return new FrozenConv2d(this, null, false);
    }

    Spec spec() {
        return spec;
    }

    Precision precision() {
        return precision;
    }

    /** The master, [out, in / groups, k, k]. */
    Tensor weight() {
        return weight.value();
    }

    /** The master, [out]; zeros where there is none. */
    Tensor bias() {
        return bias == null ? Torch.zeros(precision, spec.out()) : bias.value();
    }
}
