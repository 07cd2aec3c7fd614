package io.github.deepkd.loss;

import static io.github.deepkd.tensor.Torch.atLeastFloat32;
import static io.github.deepkd.tensor.Torch.column;
import static io.github.deepkd.tensor.Torch.div;
import static io.github.deepkd.tensor.Torch.matmul;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.rowSum;
import static io.github.deepkd.tensor.Torch.softmax;
import static io.github.deepkd.tensor.Torch.sqrt;
import static io.github.deepkd.tensor.Torch.sub;
import static io.github.deepkd.tensor.Torch.sum;
import static io.github.deepkd.tensor.Torch.transpose;

import org.bytedeco.pytorch.Tensor;

/**
 * MLKD's consistency losses (Jin et al., CVPR 2023): the student's probabilities P [N, C] shall relate
 * samples to each other (batch level, G = P P^T) and classes to each other (class level, M = P^T P) as the teacher's do.
 *
 * @param value no dimensions
 * @param gradient d value / d student logits, [N, C]
 */
public record Consistency(Tensor value, Tensor gradient) {

    /**
     * 1/N sum_ij sqrt(w_i w_j) (G^T_ij - G^S_ij)^2.
     *
     * @param weights w [N]; the root lets a common factor through as it is and a 0 or 1 unchanged
     */
    public static Consistency ofBatch(Tensor zs, Tensor zt, Tensor tau, Tensor weights) {
        Tensor p = probabilities(zs.detach(), tau);
        Tensor t = probabilities(zt, tau);
        Tensor d = sub(matmul(p, transpose(p)), matmul(t, transpose(t)));
        Tensor weighted = mul(pairs(weights), d);
        return of(weighted, d, matmul(weighted, p), p, tau);
    }

    /**
     * 1/C sum_cd sqrt(w_c w_d) (M^T_cd - M^S_cd)^2.
     *
     * @param samples [N], 1 for those over which M sums, 0 for the others
     * @param weights w [C]
     */
    public static Consistency ofClasses(Tensor zs, Tensor zt, Tensor tau, Tensor samples, Tensor weights) {
        Tensor p = mul(column(samples), probabilities(zs.detach(), tau));
        Tensor t = mul(column(samples), probabilities(zt, tau));
        Tensor d = sub(matmul(transpose(p), p), matmul(transpose(t), t));
        Tensor weighted = mul(pairs(weights), d);
        return of(weighted, d, matmul(p, weighted), p, tau);
    }

    public Consistency times(double factor) {
        return new Consistency(mul(factor, value), mul(factor, gradient));
    }

    /**
     * The mean over rows of sum weighted d, both [K, K].
     *
     * @param slope with which d value / d p = 4 / K slope, for both are symmetric
     */
    private static Consistency of(Tensor weighted, Tensor d, Tensor slope, Tensor p, Tensor tau) {
        Tensor g = mul(4.0 / d.size(0), slope);
        Tensor throughSoftmax = div(mul(p, sub(g, column(rowSum(mul(g, p))))), tau);
        return new Consistency(mul(1.0 / d.size(0), sum(mul(weighted, d))), throughSoftmax.detach());
    }

    private static Tensor pairs(Tensor weights) {
        return sqrt(mul(column(weights), weights));
    }

    private static Tensor probabilities(Tensor z, Tensor tau) {
        return softmax(div(atLeastFloat32(z), tau));
    }
}
