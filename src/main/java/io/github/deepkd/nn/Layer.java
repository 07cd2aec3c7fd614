package io.github.deepkd.nn;

import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A differentiable function of one tensor. */
@FunctionalInterface
public interface Layer {

    /** {@code max(x, 0)} in place, so it may only follow a layer that made its output anew and that needs it no more. */
    Layer RELU = (x, mode) -> Torch.relu_(x);

    Tensor forward(Tensor x, Mode mode);

    /**
     * The same function in evaluation mode as the weights are now, faster where a layer knows a way. What it is given may
     * be overwritten.
     */
    default Layer frozen() {
        return this;
    }

    /** Random zeros in training; see {@link Torch#dropout}. */
    static Layer dropout(double share) {
        return (x, mode) -> mode.training() ? Torch.dropout(x, share) : x;
    }

    /** The layers one after the other. */
    static Sequence sequence(List<Layer> layers) {
        return Sequence.of(layers);
    }
}
