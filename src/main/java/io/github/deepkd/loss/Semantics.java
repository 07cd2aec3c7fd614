package io.github.deepkd.loss;

import static io.github.deepkd.tensor.Torch.and;
import static io.github.deepkd.tensor.Torch.maskAt;
import static io.github.deepkd.tensor.Torch.maskedFill;
import static io.github.deepkd.tensor.Torch.not;
import static io.github.deepkd.tensor.Torch.or;
import static io.github.deepkd.tensor.Torch.rowAll;
import static io.github.deepkd.tensor.Torch.topK;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/**
 * Whose meaning the losses have where the papers and the released DeepKD code (haiduo/DeepKD afb5964) differ. Everything
 * that differs asks here; {@code docs/fidelity.md} lists it.
 */
public enum Semantics {
    /** The papers': everything sample by sample. */
    PAPER {
        @Override
        public Tensor weight(Tensor samples) {
            return samples;
        }

        @Override
        public Tensor selected(Tensor accepted) {
            return accepted;
        }

        @Override
        public Component relations() {
            return Component.NON_TARGET;
        }

        @Override
        public Tensor dropped(Tensor zt, Tensor isTarget, int k) {
            return k >= zt.size(1) - 1 ? isTarget : not(maskAt(zt, topK(withoutTarget(zt, isTarget), k)));
        }
    },

    /** What the authors' DeepKD trainers compute. */
    AUTHORS {
        /** Their factors meet a loss that was already averaged over the batch, so only their mean has an effect. */
        @Override
        public Tensor weight(Tensor samples) {
            return Torch.expandLike(Torch.mean(samples), samples);
        }

        @Override
        public Tensor selected(Tensor accepted) {
            return Torch.onesLike(accepted);
        }

        @Override
        public Component relations() {
            return Component.TASK;
        }

        /**
         * Their k counts the target where it is among the largest. They drop by subtracting 1000, so of a row that
         * loses every class all come back, the target included.
         */
        @Override
        public Tensor dropped(Tensor zt, Tensor isTarget, int k) {
            if (k >= zt.size(1)) {
                return isTarget;
            }
            Tensor dropped = or(not(maskAt(zt, topK(zt, k))), isTarget);
            return and(dropped, not(rowAll(dropped)));
        }
    };

    /**
     * What a factor a sample comes to.
     *
     * @param samples [N]
     * @return [N]
     */
    public abstract Tensor weight(Tensor samples);

    /**
     * Which of the samples accepted [N] take part, 1 or 0, in how classes relate.
     */
    public abstract Tensor selected(Tensor accepted);

    /** The component of how samples and classes relate (MLKD): knowledge beyond the target, or what the code made it. */
    public abstract Component relations();

    /**
     * The classes that NCKD does not look at, [N, C].
     *
     * @param zt teacher logits [N, C]
     * @param isTarget [N, C]
     * @param k how many classes the mask keeps; C or more is no mask
     */
    public abstract Tensor dropped(Tensor zt, Tensor isTarget, int k);

    private static Tensor withoutTarget(Tensor zt, Tensor isTarget) {
        return maskedFill(zt, isTarget, Double.NEGATIVE_INFINITY);
    }
}
