package io.github.deepkd.measure;

import static io.github.deepkd.tensor.Torch.column;
import static io.github.deepkd.tensor.Torch.equalTo;
import static io.github.deepkd.tensor.Torch.exp;
import static io.github.deepkd.tensor.Torch.item;
import static io.github.deepkd.tensor.Torch.logSoftmax;
import static io.github.deepkd.tensor.Torch.maskAt;
import static io.github.deepkd.tensor.Torch.maskedFill;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.rowMax;
import static io.github.deepkd.tensor.Torch.rowSum;
import static io.github.deepkd.tensor.Torch.softmax;
import static io.github.deepkd.tensor.Torch.sum;
import static io.github.deepkd.tensor.Torch.topK;

import io.github.deepkd.loss.Semantics;
import io.github.deepkd.report.Measured;
import org.bytedeco.pytorch.Tensor;

/** What networks say of a batch, from logits z [N, C] without a graph, at temperature 1. */
public final class Answered {

    private Answered() {}

    /** The most likely class of each image, [N, 1]. */
    public static Tensor classes(Tensor z) {
        return topK(z, 1);
    }

    /** The probability of each image's most likely class, [N]. */
    public static Tensor confidence(Tensor z) {
        return rowMax(softmax(z));
    }

    /** - sum_c p_c log p_c of each image, [N]. */
    public static Tensor entropy(Tensor z) {
        Tensor logs = logSoftmax(z);
        return mul(-1, rowSum(mul(exp(logs), logs)));
    }

    /** @param labels [N] */
    public static Measured.Certainty certainty(Tensor z, Tensor labels) {
        return new Measured.Certainty(
                percent(equalTo(classes(z), column(labels)), z), percent(confidence(z), z), mean(entropy(z), z));
    }

    /** Percent of images to which both give the same class. */
    public static double agreement(Tensor zs, Tensor zt) {
        return percent(equalTo(classes(zs), classes(zt)), zs);
    }

    /**
     * The mask as it lies over a batch.
     *
     * @param k how many classes it is set to keep
     */
    public static Measured.Mask mask(Tensor zs, Tensor zt, Tensor labels, int k, Semantics semantics) {
        Tensor isTarget = maskAt(zt, column(labels));
        Tensor dropped = semantics.dropped(zt, isTarget, k);
        Tensor kept = maskedFill(softmax(without(isTarget, zt)), dropped, 0);
        return new Measured.Mask(
                (int) Math.min(k, zt.size(1) - 1),
                percent(rowSum(kept), zt),
                agreement(without(dropped, zs), without(dropped, zt)));
    }

    private static Tensor without(Tensor mask, Tensor z) {
        return maskedFill(z, mask, Double.NEGATIVE_INFINITY);
    }

    private static double percent(Tensor values, Tensor batch) {
        return 100 * mean(values, batch);
    }

    private static double mean(Tensor values, Tensor batch) {
        return item(sum(values)) / batch.size(0);
    }
}
