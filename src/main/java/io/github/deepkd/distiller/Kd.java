package io.github.deepkd.distiller;

import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import java.util.List;

/**
 * KD (Hinton et al. 2015) in the decoupled form of Zhao et al. 2022, equation 7:
 * L = ce CE + kd (TCKD + (1 - pT_y) NCKD), the bracket being tau^2 KL(pT || pS) while the mask keeps all classes.
 *
 * @param ceWeight of the labels' cross-entropy
 * @param kdWeight of the teacher's part
 * @param temperature tau
 */
public record Kd(double ceWeight, double kdWeight, double temperature) implements Distiller {

    /** As mdistiller. */
    public static final Kd DEFAULTS = new Kd(0.1, 0.9, 4);

    public Kd {
        Distiller.requireWeight("ce-weight", ceWeight);
        Distiller.requireWeight("kd-weight", kdWeight);
        Distiller.requireTemperature("temperature", temperature);
    }

    @Override
    public List<Term> losses(Pass pass) {
        View view = pass.weak();
        return new Terms(pass)
                .labels(ceWeight, view)
                .distil(kdWeight, new Divergence.Coupled(), pass.tau(temperature), view.student(), view.teacher())
                .list();
    }

    /** The authors' KD hands its top-k on under a name that nobody reads. */
    @Override
    public boolean masks(Semantics semantics) {
        return semantics == Semantics.PAPER;
    }

    @Override
    public String about() {
        return "knowledge distillation (Hinton et al. 2015): CE + tau^2 KL(teacher || student)";
    }
}
