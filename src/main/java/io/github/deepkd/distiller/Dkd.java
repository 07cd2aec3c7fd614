package io.github.deepkd.distiller;

import io.github.deepkd.loss.Term;
import java.util.List;

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
        new Divergence.Decoupled(alpha, beta, warmUpEpochs); // refuses what it cannot use
        Distiller.requireTemperature("temperature", temperature);
    }

    @Override
    public List<Term> losses(Pass pass) {
        View view = pass.weak();
        Divergence divergence = new Divergence.Decoupled(alpha, beta, warmUpEpochs);
        return new Terms(pass)
                .labels(ceWeight, view)
                .distil(1, divergence, pass.tau(temperature), view.student(), view.teacher())
                .list();
    }

    @Override
    public String about() {
        return "decoupled knowledge distillation (Zhao et al. 2022): CE + alpha TCKD + beta NCKD";
    }
}
