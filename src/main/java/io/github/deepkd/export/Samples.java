package io.github.deepkd.export;

import io.github.deepkd.data.Augmentation;
import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.Evaluator;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Real images, batch by batch. */
final class Samples {

    private Samples() {}

    /** Shows every image, as evaluation sees it, in batches of that size and each in a scope of its own. */
    static void each(ImageSet images, Normalization normalization, int batchSize, Consumer<Tensor> consumer) {
        try (Epoch batches = loader(images, normalization, batchSize).inOrder()) {
            while (batches.hasNext()) {
                try (TensorScope step = TensorScope.open()) {
                    Batch batch = batches.next();
                    consumer.accept(Evaluator.images(batch, batch.images()));
                }
            }
        }
    }

    /** The first images, as many as there are up to {@code count}. */
    static Tensor first(ImageSet images, Normalization normalization, int count) {
        try (Epoch batches = loader(images, normalization, count).inOrder()) {
            Batch batch = batches.next();
            return Evaluator.images(batch, batch.images());
        }
    }

    private static Loader loader(ImageSet images, Normalization normalization, int batchSize) {
        return new Loader(images, normalization, Augmentation.NONE, 1, batchSize, 1);
    }
}
