package io.github.deepkd.loss;

import static io.github.deepkd.tensor.Torch.add;
import static io.github.deepkd.tensor.Torch.as;
import static io.github.deepkd.tensor.Torch.atLeastFloat32;
import static io.github.deepkd.tensor.Torch.column;
import static io.github.deepkd.tensor.Torch.div;
import static io.github.deepkd.tensor.Torch.exp;
import static io.github.deepkd.tensor.Torch.gather;
import static io.github.deepkd.tensor.Torch.greater;
import static io.github.deepkd.tensor.Torch.logSigmoid;
import static io.github.deepkd.tensor.Torch.logSoftmax;
import static io.github.deepkd.tensor.Torch.logSumExp;
import static io.github.deepkd.tensor.Torch.maskAt;
import static io.github.deepkd.tensor.Torch.maskedFill;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.neg;
import static io.github.deepkd.tensor.Torch.rowSum;
import static io.github.deepkd.tensor.Torch.sigmoid;
import static io.github.deepkd.tensor.Torch.sub;
import static io.github.deepkd.tensor.Torch.where;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/**
 * Hinton's distillation loss taken apart (Zhao et al., CVPR 2022, equation 7; DeepKD, equations 3 to 5):
 * tau^2 KL(pT || pS) = TCKD + (1 - pT_y) NCKD, sample by sample. All is computed from logits in closed form, finite for
 * logits of any size; with two classes NCKD is 0.
 *
 * @param target TCKD = tau^2 KL(bT || bS), b the binary distribution "target or not" at temperature tau
 * @param nonTarget NCKD = tau^2 KL(hat pT || hat pS) over the kept non-target classes
 * @param teacherTarget pT_y, the teacher's probability of the target class at temperature tau, [N]
 */
public record DecoupledKl(PerSample target, PerSample nonTarget, Tensor teacherTarget) {

    /**
     * @param zs student logits [N, C]
     * @param zt teacher logits [N, C]
     * @param labels [N], from 0 to C - 1
     * @param tau the temperature, greater than 0, no dimensions; where a gradient of it is wanted, the values carry it
     * @param k how many non-target classes NCKD looks at, those of the largest teacher logits (the paper's dynamic
     *     top-k mask, for teacher and student alike); C or more is all of them
     */
    public static DecoupledKl of(Tensor zs, Tensor zt, Tensor labels, Tensor tau, int k, Semantics semantics) {
        Tensor s = div(atLeastFloat32(zs.detach()), tau);
        Tensor t = div(atLeastFloat32(zt), tau);
        Tensor y = column(labels);
        Tensor isTarget = maskAt(s, y);
        Tensor teacherOdds = targetLogOdds(t, y, isTarget);
        return new DecoupledKl(
                tckd(s, y, isTarget, teacherOdds, tau),
                nckd(s, t, semantics.dropped(t, isTarget, k), tau),
                sigmoid(teacherOdds).squeeze(1));
    }

    /** At a temperature that does not change. */
    public static DecoupledKl of(Tensor zs, Tensor zt, Tensor labels, double tau, int k, Semantics semantics) {
        return of(zs, zt, labels, Torch.scalar(tau), k, semantics);
    }

    /** The same of the logits as they were before they were standardised. */
    public DecoupledKl through(Standardized student) {
        return new DecoupledKl(student.pullBack(target), student.pullBack(nonTarget), teacherTarget);
    }

    /** TCKD from the log-odds s, r of the target in student and teacher: b = [sigmoid, 1 - sigmoid]. */
    private static PerSample tckd(Tensor zs, Tensor y, Tensor isTarget, Tensor r, Tensor tau) {
        Tensor s = targetLogOdds(zs, y, isTarget);
        Tensor kl = add(
                mul(sigmoid(r), sub(logSigmoid(r), logSigmoid(s))),
                mul(sigmoid(neg(r)), sub(logSigmoid(neg(r)), logSigmoid(neg(s)))));
        // d KL / d s = sigmoid(s) - sigmoid(r), taken on the side where neither is rounded to 1.
        Tensor slope = where(greater(add(r, s), 0), sub(sigmoid(neg(r)), sigmoid(neg(s))), sub(sigmoid(s), sigmoid(r)));
        // d s / d z = (onehot(y) - hat pS) / tau
        Tensor direction = sub(as(isTarget, zs), exp(logSoftmax(without(isTarget, zs))));
        return new PerSample(mul(mul(tau, tau), kl).squeeze(1), mul(mul(tau, slope), direction));
    }

    /** NCKD; its gradient is tau (hat pS - hat pT) on the kept classes and 0 elsewhere. */
    private static PerSample nckd(Tensor zs, Tensor zt, Tensor dropped, Tensor tau) {
        Tensor logS = logSoftmax(without(dropped, zs));
        Tensor logT = logSoftmax(without(dropped, zt));
        Tensor ps = exp(logS);
        Tensor pt = exp(logT);
        Tensor kl = rowSum(mul(pt, maskedFill(sub(logT, logS), dropped, 0))); // dropped: -inf - -inf
        return new PerSample(mul(mul(tau, tau), kl), mul(tau, sub(ps, pt)));
    }

    /** log(p_y / (1 - p_y)) = z_y - log sum_{j != y} exp z_j, [N, 1]. */
    private static Tensor targetLogOdds(Tensor z, Tensor y, Tensor isTarget) {
        return sub(gather(z, y), logSumExp(without(isTarget, z)));
    }

    private static Tensor without(Tensor mask, Tensor z) {
        return maskedFill(z, mask, Double.NEGATIVE_INFINITY);
    }
}
