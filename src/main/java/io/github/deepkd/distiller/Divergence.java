package io.github.deepkd.distiller;

import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.PerSample;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.Map;

/** How much TCKD and NCKD count within tau^2 KL(pT || pS). A variant is one record here and one row in {@link #kinds}. */
public interface Divergence {

    /** The registry: kind to its defaults. */
    static Map<String, Record> kinds() {
        Map<String, Record> kinds = new LinkedHashMap<>();
        kinds.put("kd", new Coupled());
        kinds.put("dkd", Decoupled.DEFAULTS);
        return kinds;
    }

    /** TCKD as it counts at this moment. */
    PerSample target(DecoupledKl kl, Progress at);

    /** NCKD as it counts at this moment. */
    PerSample nonTarget(DecoupledKl kl, Progress at, Semantics semantics);

    /** KD's own weights: TCKD + (1 - pT_y) NCKD, which is tau^2 KL(pT || pS) while the mask keeps all classes. */
    record Coupled() implements Divergence {

        @Override
        public PerSample target(DecoupledKl kl, Progress at) {
            return kl.target();
        }

        @Override
        public PerSample nonTarget(DecoupledKl kl, Progress at, Semantics semantics) {
            return kl.nonTarget().weighted(semantics.weight(Torch.sub(1, kl.teacherTarget())));
        }
    }

    /**
     * DKD's: w (alpha TCKD + beta NCKD), w rising linearly to 1 over the first epochs (Zhao et al., CVPR 2022, equation
     * 8).
     *
     * @param warmUpEpochs epochs until w is 1; 0 for none
     */
    record Decoupled(double alpha, double beta, double warmUpEpochs) implements Divergence {

        /** As mdistiller. */
        public static final Decoupled DEFAULTS = new Decoupled(1, 8, 20);

        public Decoupled {
            Distiller.requireWeight("alpha", alpha);
            Distiller.requireWeight("beta", beta);
            Distiller.requireWeight("warm-up-epochs", warmUpEpochs);
        }

        @Override
        public PerSample target(DecoupledKl kl, Progress at) {
            return kl.target().times(warmUp(at) * alpha);
        }

        @Override
        public PerSample nonTarget(DecoupledKl kl, Progress at, Semantics semantics) {
            return kl.nonTarget().times(warmUp(at) * beta);
        }

        private double warmUp(Progress at) {
            return warmUpEpochs == 0 ? 1 : Math.min(1, at.epoch() / warmUpEpochs);
        }
    }
}
