package io.github.deepkd.export;

import io.github.deepkd.tensor.TensorScope;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** How many images a second a network classifies. */
final class Speed {

    private static final double WARM_UP = 0.3;
    private static final double MEASURED = 1;

    private Speed() {}

    /** Over one second of batches like this one, after a warm-up of a third. */
    static double imagesPerSecond(UnaryOperator<Tensor> network, Tensor images) {
        run(network, images, WARM_UP);
        long started = System.nanoTime();
        long batches = run(network, images, MEASURED);
        return batches * images.size(0) / ((System.nanoTime() - started) / 1e9);
    }

    private static long run(UnaryOperator<Tensor> network, Tensor images, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long batches = 0;
        while (batches == 0 || System.nanoTime() < end) {
            try (TensorScope step = TensorScope.open()) {
                Tensor unused = network.apply(images);
                batches++;
            }
        }
        return batches;
    }
}
