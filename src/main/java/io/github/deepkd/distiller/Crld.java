package io.github.deepkd.distiller;

import static io.github.deepkd.tensor.Torch.as;
import static io.github.deepkd.tensor.Torch.atLeast;
import static io.github.deepkd.tensor.Torch.atLeastFloat32;
import static io.github.deepkd.tensor.Torch.rowMax;
import static io.github.deepkd.tensor.Torch.softmax;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * CRLD, cross-view consistency (Zhang et al., ACM MM 2024): a weak and a strong view of each image, the student's
 * answer to each compared with the teacher's answer to the same view (wv) and to the other one (cv). A sample counts
 * within views where the teacher is sure of the weak view, across views where it is sure of the strong one:
 * L = ce (CE_w + CE_s) + wv [sure_w] (KL_ww + KL_ss) + cv [sure_s] (KL_sw + KL_ws).
 *
 * @param ceWeight of the labels' cross-entropy of each view
 * @param wvWeight within views
 * @param cvWeight across views
 * @param temperature tau
 * @param tauW the teacher's least confidence in the weak view, from 0 to 1
 * @param tauS the same of the strong view
 * @param divergence of student and teacher
 */
public record Crld(
        double ceWeight,
        double wvWeight,
        double cvWeight,
        double temperature,
        double tauW,
        double tauS,
        Divergence divergence)
        implements Distiller {

    /** As the authors of DeepKD configure it. */
    public static final Crld DEFAULTS = new Crld(1, 2, 0.5, 4, 0.9, 0.2, new Divergence.Coupled());

    public Crld {
        Distiller.requireWeight("ce-weight", ceWeight);
        Distiller.requireWeight("wv-weight", wvWeight);
        Distiller.requireWeight("cv-weight", cvWeight);
        Distiller.requireTemperature("temperature", temperature);
        requireProbability("tau-w", tauW);
        requireProbability("tau-s", tauS);
    }

    private static void requireProbability(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new BadInput(key + " must be between 0 and 1, found " + value);
        }
    }

    @Override
    public int views() {
        return 2;
    }

    @Override
    public List<Term> losses(Pass pass) {
        View weak = pass.weak();
        View strong = pass.strong();
        Tensor tau = pass.tau(temperature);
        Tensor sureW = sure(weak.teacher(), tauW);
        Tensor sureS = sure(strong.teacher(), tauS);
        return new Terms(pass)
                .labels(ceWeight, weak)
                .labels(ceWeight, strong)
                .distil(wvWeight, divergence, tau, weak.student(), weak.teacher(), sureW)
                .distil(wvWeight, divergence, tau, strong.student(), strong.teacher(), sureW)
                .distil(cvWeight, divergence, tau, strong.student(), weak.teacher(), sureS)
                .distil(cvWeight, divergence, tau, weak.student(), strong.teacher(), sureS)
                .list();
    }

    /** 1 where the teacher's largest probability is at least {@code bound}, else 0. */
    private static Tensor sure(Tensor zt, double bound) {
        Tensor confidence = rowMax(softmax(atLeastFloat32(zt)));
        return as(atLeast(confidence, bound), confidence);
    }

    @Override
    public boolean standardizes(Semantics semantics) {
        return semantics == Semantics.PAPER;
    }

    @Override
    public String about() {
        return "cross-view consistency (Zhang et al. 2024): KL within and across a weak and a strong view";
    }
}
