package io.github.deepkd.distiller;

import io.github.deepkd.loss.Semantics;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a method sees of one step.
 *
 * @param views as many as the method asks for: the weak augmentation, then the strong one
 * @param labels y [N]
 * @param k how many classes the mask keeps; C or more is no mask
 * @param semantics whose meaning the losses have
 * @param standardize whether teacher and student are compared by standardised logits (LSKD)
 * @param learnedTau a temperature in place of the method's own (CTKD), no dimensions; null where none is learned
 */
public record Pass(
        List<View> views,
        Tensor labels,
        int k,
        Progress at,
        Semantics semantics,
        boolean standardize,
        @Nullable Tensor learnedTau) {

    public View weak() {
        return views.get(0);
    }

    public View strong() {
        return views.get(1);
    }

    /** The temperature in force where the method's own setting is {@code tau}. */
    public Tensor tau(double tau) {
        return learnedTau == null ? Torch.scalar(tau) : learnedTau;
    }
}
