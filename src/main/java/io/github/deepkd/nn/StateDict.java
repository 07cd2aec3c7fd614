package io.github.deepkd.nn;

import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A network's tensors under PyTorch's names and in its order: trainable {@link Weight}s and buffers. Layers add to it
 * while a network is built; {@link #at} gives the view of a sub-module.
 */
public final class StateDict {

    private final Precision precision;
    private final boolean drawn;
    private final String prefix;
    private final Map<String, Supplier<Tensor>> entries;
    private final List<Weight> weights;

    public StateDict(Precision precision) {
        this(precision, true, "", new LinkedHashMap<>(), new ArrayList<>());
    }

    /** One whose weights have no memory, and so cannot be filled: quickly made, for names and shapes. */
    public static StateDict undrawn() {
        return new StateDict(Precision.FLOAT32, false, "", new LinkedHashMap<>(), new ArrayList<>());
    }

    private StateDict(
            Precision precision,
            boolean drawn,
            String prefix,
            Map<String, Supplier<Tensor>> entries,
            List<Weight> weights) {
        this.precision = precision;
        this.drawn = drawn;
        this.prefix = prefix;
        this.entries = entries;
        this.weights = weights;
    }

    /** The same dictionary, every name put behind {@code module} and a dot. */
    public StateDict at(String module) {
        return new StateDict(precision, drawn, prefix + module + ".", entries, weights);
    }

    public Precision precision() {
        return precision;
    }

    Weight weight(String name, Weight.Role role, Init init, long... shape) {
        Tensor initial = drawn ? Torch.zeros(precision, shape) : Torch.shapeOnly(precision, shape);
        if (drawn) {
            init.fill(initial);
        }
        Weight weight = new Weight(prefix + name, role, initial);
        put(weight.name(), weight::value);
        weights.add(weight);
        return weight;
    }

    Tensor buffer(String name, Tensor initial) {
        put(prefix + name, () -> initial);
        return initial;
    }

    /**
     * Adds a trainable tensor of a network that is not made of our layers.
     *
     * @param placing is told where the tensor has moved to, computes with that from then on and returns what it computes
     *     with, of which gradients are taken
     */
    public void adopt(String name, Tensor tensor, UnaryOperator<Tensor> placing) {
        Weight weight = new Weight(prefix + name, Weight.Role.PRODUCT, tensor, placing);
        put(weight.name(), weight::value);
        weights.add(weight);
    }

    /** Adds a tensor of such a network that is not trained. */
    public void adoptBuffer(String name, Tensor tensor) {
        put(prefix + name, () -> tensor);
    }

    private void put(String name, Supplier<Tensor> tensor) {
        if (entries.putIfAbsent(name, tensor) != null) {
            throw new IllegalStateException("two tensors are named " + name);
        }
    }

    /** Every tensor by name, masters in place of working copies. */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        entries.forEach((name, tensor) -> tensors.put(name, tensor.get()));
        return tensors;
    }

    /** The trainable tensors, in order. */
    public List<Weight> weights() {
        return List.copyOf(weights);
    }

    /** The number of trainable values. */
    public long parameters() {
        return weights.stream().mapToLong(w -> w.value().numel()).sum();
    }
}
