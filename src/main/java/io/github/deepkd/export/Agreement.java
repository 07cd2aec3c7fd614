package io.github.deepkd.export;

import io.github.deepkd.data.Shape;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Holds what was exported against the student. */
final class Agreement {

    /** The largest difference allowed, as a share of the largest logit. */
    static final double BOUND = 1e-4;

    private static final int SEED = 20250515;

    private Agreement() {}

    /** The largest difference of logits over batches of images, as a share of the largest logit of each; NaN is the largest. */
    static double largest(UnaryOperator<Tensor> student, UnaryOperator<Tensor> exported, List<Tensor> batches) {
        double largest = 0;
        for (Tensor images : batches) {
            try (TensorScope step = TensorScope.open()) {
                Tensor expected = Torch.float64(student.apply(images));
                Tensor found = Torch.float64(exported.apply(images));
                double share = most(Torch.sub(found, expected)) / Math.max(most(expected), Double.MIN_NORMAL);
                largest = Math.max(largest, share);
            }
        }
        return largest;
    }

    private static double most(Tensor x) {
        return Torch.item(Torch.largest(x));
    }

    /** Random images, one and then three, with values spread as those of pixels in [0, 1] or of normalised ones. */
    static List<Tensor> randomImages(Shape shape, boolean pixels) {
        Torch.manualSeed(SEED);
        return List.of(randomImages(shape, pixels, 1), randomImages(shape, pixels, 3));
    }

    static Tensor randomImages(Shape shape, boolean pixels, int count) {
        Tensor images = Torch.zeros(Precision.FLOAT32, count, shape.channels(), shape.height(), shape.width());
        if (pixels) {
            Torch.uniform_(images, 0, 1);
        } else {
            Torch.normal_(images, 0, 1);
        }
        return images;
    }
}
