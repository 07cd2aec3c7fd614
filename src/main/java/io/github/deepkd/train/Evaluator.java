package io.github.deepkd.train;

import io.github.deepkd.data.Augmentation;
import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Measures accuracy over every image of a split, the last short batch included. */
public final class Evaluator {

    private static final int BATCH = 250;

    private final Loader loader;

    public Evaluator(ImageSet set, Normalization normalization, int threads) {
        loader = new Loader(set, normalization, Augmentation.NONE, 1, BATCH, threads);
    }

    /**
     * Accuracy in percent.
     *
     * @param top5 the share of images whose class is among the five largest logits (all classes where there are fewer)
     */
    public record Accuracy(double top1, double top5, long count) {}

    public Accuracy of(Model model) {
        return of(model::predict);
    }

    /** The accuracy of logits [N, classes] that {@code network} gives for images [N, C, H, W]. */
    public Accuracy of(UnaryOperator<Tensor> network) {
        return of(network, StopSign.NONE, (labels, logits) -> {});
    }

    /** Hears the answers to each batch. */
    @FunctionalInterface
    interface Listener {
        void answered(long[] labels, Tensor logits);
    }

    /**
     * Lets {@code listener} hear all answers, images in order.
     *
     * @throws StopSign.Stopped where it was stopped half way
     */
    Accuracy of(UnaryOperator<Tensor> network, StopSign stop, Listener listener) {
        long top1 = 0;
        long top5 = 0;
        long count = 0;
        try (Epoch batches = loader.inOrder()) {
            while (batches.hasNext()) {
                stop.check();
                try (TensorScope step = TensorScope.open()) {
                    Batch batch = batches.next();
                    Tensor logits = network.apply(images(batch, batch.images()));
                    Tensor labels = Torch.tensor(batch.labels());
                    top1 += hits(logits, labels, 1);
                    top5 += hits(logits, labels, 5);
                    count += batch.size();
                    listener.answered(batch.labels(), logits);
                }
            }
        }
        return new Accuracy(100.0 * top1 / count, 100.0 * top5 / count, count);
    }

    private static long hits(Tensor logits, Tensor labels, int k) {
        int most = (int) Math.min(k, logits.size(1));
        Tensor hit = Torch.equalTo(Torch.topK(logits, most), Torch.column(labels));
        return Math.round(Torch.item(Torch.sum(hit)));
    }

    /** One view of a batch's images as a tensor [N, C, H, W]. */
    public static Tensor images(Batch batch, FloatBuffer view) {
        Shape shape = batch.shape();
        return Torch.tensor(view, batch.size(), shape.channels(), shape.height(), shape.width());
    }
}
