package io.github.deepkd.nn;

import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * How a forward pass runs.
 *
 * @param training whether batch-norm uses the batch's statistics and updates the running ones
 * @param taps is shown every named feature as it is made, such as {@code layer2} [N, C, H, W]
 * @param products is shown every convolution's and matrix product's weight with what came out, for counting arithmetic
 */
public record Mode(boolean training, BiConsumer<String, Tensor> taps, BiConsumer<Weight, Tensor> products) {

    public static final Mode TRAINING = new Mode(true, (name, feature) -> {}, (weight, output) -> {});
    public static final Mode EVALUATION = new Mode(false, TRAINING.taps, TRAINING.products);

    public Mode tapping(BiConsumer<String, Tensor> newTaps) {
        return new Mode(training, newTaps, products);
    }

    public Mode watching(BiConsumer<Weight, Tensor> newProducts) {
        return new Mode(training, taps, newProducts);
    }

    /** Whether somebody is shown tensors, and may keep them. */
    boolean isWatched() {
        return taps != TRAINING.taps || products != TRAINING.products;
    }

    /** Shows {@code feature} to the taps and passes it on. */
    public Tensor tap(String name, Tensor feature) {
        taps.accept(name, feature);
        return feature;
    }

    /** Shows what a product with {@code weight} came to and passes it on. */
    Tensor product(Weight weight, Tensor output) {
        products.accept(weight, output);
        return output;
    }
}
