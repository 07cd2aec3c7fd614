package io.github.deepkd.nn;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A differentiable function of one tensor. */
@FunctionalInterface
public interface Layer {

    Tensor forward(Tensor x, Mode mode);

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
