package io.github.deepkd.nn;

import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * How a forward pass runs.
 *
 * @param training whether batch-norm uses the batch's statistics and updates the running ones
 * @param taps is shown every named feature as it is made, such as {@code layer2} [N, C, H, W]
 */
public record Mode(boolean training, BiConsumer<String, Tensor> taps) {

    public static final Mode TRAINING = new Mode(true, (name, feature) -> {});
    public static final Mode EVALUATION = new Mode(false, (name, feature) -> {});

    public Mode tapping(BiConsumer<String, Tensor> newTaps) {
        return new Mode(training, newTaps);
    }

    /** Shows {@code feature} to the taps and passes it on. */
    public Tensor tap(String name, Tensor feature) {
        taps.accept(name, feature);
        return feature;
    }
}
