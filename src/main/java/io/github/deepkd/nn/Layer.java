package io.github.deepkd.nn;

import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A differentiable function of one tensor. */
@FunctionalInterface
public interface Layer {

    Tensor forward(Tensor x, Mode mode);

    /** Random zeros in training; see {@link Torch#dropout}. */
    static Layer dropout(double share) {
        return (x, mode) -> mode.training() ? Torch.dropout(x, share) : x;
    }

    /** The layers one after the other. */
    static Layer sequence(List<Layer> layers) {
        return (x, mode) -> {
            Tensor y = x;
            for (Layer layer : layers) {
                y = layer.forward(y, mode);
            }
            return y;
        };
    }
}
