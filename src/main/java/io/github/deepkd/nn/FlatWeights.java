package io.github.deepkd.nn;

import io.github.deepkd.nn.Weight.Role;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A network's weights side by side in one vector [P], so that an optimiser's step is a few vector operations. Each
 * weight becomes a view of its part; in bfloat16 a second vector holds the working copies that layers compute with.
 */
public final class FlatWeights {

    private final Tensor values;
    private final Tensor working;
    private final Tensor[] used;
    private final Precision precision;

    /** Moves {@code weights} into one vector, values unchanged. */
    public FlatWeights(List<Weight> weights, Precision precision) {
        this.precision = precision;
        long size = weights.stream().mapToLong(w -> w.value().numel()).sum();
        values = Torch.zeros(precision, size);
        working = Torch.compute(values, precision); // the very same tensor where both formats agree
        used = Torch.noGrad(() -> place(weights));
        refresh();
    }

    private Tensor[] place(List<Weight> weights) {
        long offset = 0;
        for (Weight weight : weights) {
            Tensor value = part(values, offset, weight);
            value.copy_(weight.value());
            Tensor computing = weight.role() == Role.PRODUCT ? part(working, offset, weight) : value;
            weight.place(value, Torch.requireGrad(computing.detach()));
            offset += value.numel();
        }
        return weights.stream().map(Weight::used).toArray(Tensor[]::new);
    }

    private static Tensor part(Tensor vector, long offset, Weight weight) {
        return vector.narrow(0, offset, weight.value().numel()).view(Torch.shape(weight.value()));
    }

    /** The masters [P]. Whoever changes them calls {@link #refresh} before the next forward pass. */
    public Tensor values() {
        return values;
    }

    /** What gradients are taken of, in the weights' order. */
    public Tensor[] used() {
        return used.clone();
    }

    /** Brings the working copies up to date with the masters. */
    public void refresh() {
        if (precision == Precision.BFLOAT16) {
            Torch.noGrad(() -> {
                working.copy_(values);
            });
        }
    }

    /** Lays gradients (one a weight, in order) into {@code vector} [P]. */
    public static void gather(Tensor[] gradients, Tensor vector) {
        long offset = 0;
        for (Tensor gradient : gradients) {
            long count = gradient.numel();
            vector.narrow(0, offset, count).view(Torch.shape(gradient)).copy_(gradient);
            offset += count;
        }
    }
}
