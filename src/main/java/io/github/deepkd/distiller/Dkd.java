package io.github.deepkd.distiller;

import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.Term;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * DKD (Zhao et al., CVPR 2022, equation 8): L = ce CE + w (alpha TCKD + beta NCKD), w rising linearly to 1 over the
 * first epochs.
 *
 * @param ceWeight of the labels' cross-entropy
 * @param alpha of TCKD
 * @param beta of NCKD
 * @param temperature tau
 * @param warmUpEpochs epochs until w is 1; 0 for none
 */
public record Dkd(double ceWeight, double alpha, double beta, double temperature, double warmUpEpochs)
        implements Distiller {

    /** As mdistiller. */
    public static final Dkd DEFAULTS = new Dkd(1, 1, 8, 4, 20);

    public Dkd {
        Distiller.requireWeight("ce-weight", ceWeight);
        Distiller.requireWeight("alpha", alpha);
        Distiller.requireWeight("beta", beta);
        Distiller.requireTemperature(temperature);
        Distiller.requireWeight("warm-up-epochs", warmUpEpochs);
    }

    @Override
    public Set<Component> components() {
        return EnumSet.allOf(Component.class);
    }

    @Override
    public List<Term> losses(Pass pass) {
        DecoupledKl kl = DecoupledKl.of(pass.student(), pass.teacher(), pass.labels(), temperature, pass.k());
        double w = warmUpEpochs == 0 ? 1 : Math.min(1, pass.at().epoch() / warmUpEpochs);
        return List.of(
                Term.mean(Component.TASK, ceWeight, CrossEntropy.of(pass.student(), pass.labels()), pass.student()),
                Term.mean(Component.TARGET, w * alpha, kl.target(), pass.student()),
                Term.mean(Component.NON_TARGET, w * beta, kl.nonTarget(), pass.student()));
    }

    @Override
    public String about() {
        return "decoupled knowledge distillation (Zhao et al. 2022): CE + alpha TCKD + beta NCKD";
    }
}
