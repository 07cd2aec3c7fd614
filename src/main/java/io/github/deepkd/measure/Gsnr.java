package io.github.deepkd.measure;

import static io.github.deepkd.tensor.Torch.add_;
import static io.github.deepkd.tensor.Torch.as;
import static io.github.deepkd.tensor.Torch.div;
import static io.github.deepkd.tensor.Torch.float64;
import static io.github.deepkd.tensor.Torch.greater;
import static io.github.deepkd.tensor.Torch.item;
import static io.github.deepkd.tensor.Torch.maskedFill;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.not;
import static io.github.deepkd.tensor.Torch.sub;
import static io.github.deepkd.tensor.Torch.sum;

import io.github.deepkd.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradient signal-to-noise ratio (Liu et al., ICLR 2020; DeepKD, section 3.2) of one component:
 *
 * <pre>
 *   r_j = E[g_j]^2 / Var[g_j]                              parameter j, over batches; GSNR = mean of r_j over j
 *   m_j = 1/n sum_b g_bj,  s_j^2 = 1/(n-1) sum_b (g_bj - m_j)^2
 *   plain     = mean_j m_j^2 / s_j^2                       E = (r + 1/n) (n-1)/(n-3): far too high for few batches
 *   corrected = mean_j [(n-3)/(n-1) m_j^2 / s_j^2 - 1/n]   E = r for normal gradients, n > 3; may be below 0
 *   pooled    = sum_j m_j^2 / sum_j s_j^2 - 1/n            large gradients weigh more; little noise
 * </pre>
 *
 * m and s^2 are independent for normal g, m^2 has the mean E[g]^2 + Var/n, 1/s^2 the mean (n-1)/((n-3) Var): hence the
 * correction. Parameters whose gradients are the same in every batch, such as those of dead units, are left out.
 *
 * <p>Keeps two vectors [P], by Welford's recursion, for a sum of squares would cancel where the signal is strong.
 */
public final class Gsnr {

    /** Below, the ratio's spread is not finite. */
    public static final int LEAST_BATCHES = 6;

    private final Tensor mean;
    private final Tensor squares;
    private final Tensor batches = Torch.scalar(0);

    /** @param like a vector [P] */
    public Gsnr(Tensor like) {
        mean = Torch.zerosLike(like);
        squares = Torch.zerosLike(like);
    }

    /** Takes in the gradient [P] of a batch. */
    public void add(Tensor gradient) {
        Torch.noGrad(() -> {
            Torch.increment_(batches);
            Tensor difference = sub(gradient, mean);
            add_(mean, 1.0 / batches(), difference);
            add_(squares, mul(difference, sub(gradient, mean)));
        });
    }

    public int batches() {
        return (int) item(batches);
    }

    public void clear() {
        for (Tensor tensor : state().values()) {
            Torch.fill_(tensor, 0);
        }
    }

    /** Of {@code count} parameters from {@code offset} on. */
    GsnrEstimate.Sums sums(long offset, long count) {
        Tensor m = float64(mean.narrow(0, offset, count));
        Tensor variance = mul(1.0 / (batches() - 1), float64(squares.narrow(0, offset, count)));
        Tensor varies = greater(variance, 0);
        Tensor squared = maskedFill(mul(m, m), not(varies), 0);
        Tensor ratio = maskedFill(div(squared, variance), not(varies), 0); // 0 / 0
        return new GsnrEstimate.Sums(
                item(sum(ratio)), item(sum(squared)), item(sum(variance)), item(sum(as(varies, m))));
    }

    /** What a checkpoint keeps. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("mean", mean);
        state.put("squares", squares);
        state.put("batches", batches);
        return state;
    }
}
