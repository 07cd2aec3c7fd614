package io.github.deepkd.loss;

import static io.github.deepkd.tensor.Torch.add;
import static io.github.deepkd.tensor.Torch.atLeastFloat32;
import static io.github.deepkd.tensor.Torch.clampMin;
import static io.github.deepkd.tensor.Torch.column;
import static io.github.deepkd.tensor.Torch.div;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.rowMean;
import static io.github.deepkd.tensor.Torch.rowStd;
import static io.github.deepkd.tensor.Torch.rowSum;
import static io.github.deepkd.tensor.Torch.sub;

import org.bytedeco.pytorch.Tensor;

/**
 * LSKD's logit standardisation (Sun et al., CVPR 2024): each row less its mean, over its standard deviation,
 * so that the student need not match the scale of the teacher's logits.
 *
 * @param logits [N, C], of mean 0 and standard deviation 1
 * @param std of the rows as they were, [N, 1]
 */
public record Standardized(Tensor logits, Tensor std) {

    private static final double EPSILON = 1e-7;

    /** @param z logits [N, C], C at least 2 */
    public static Standardized of(Tensor z) {
        Tensor x = atLeastFloat32(z.detach());
        Tensor std = rowStd(x);
        return new Standardized(div(sub(x, rowMean(x)), add(std, EPSILON)), std);
    }

    /** {@code loss} of these logits as one of the logits before; a row of equal logits has no direction to go. */
    public PerSample pullBack(PerSample loss) {
        Tensor g = loss.gradient();
        Tensor along = column(rowSum(mul(g, logits)));
        double degrees = logits.size(1) - 1.0;
        Tensor scale = div(mul(1 / degrees, mul(along, logits)), clampMin(std, Float.MIN_NORMAL));
        return new PerSample(loss.value(), sub(div(sub(g, rowMean(g)), add(std, EPSILON)), scale));
    }
}
