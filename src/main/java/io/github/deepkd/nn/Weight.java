package io.github.deepkd.nn;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A trainable tensor. The master {@link #value} is what is stored and updated; layers compute with {@link #used}, which
 * is the master itself or a working copy of it in a smaller number format (see {@link FlatWeights}).
 */
public final class Weight {

    /** How a layer computes with it: products may run in a smaller format, normalisation keeps the master's. */
    public enum Role {
        PRODUCT,
        NORMALIZATION
    }

    private final String name;
    private final Role role;
    private final UnaryOperator<Tensor> placing;
    private Tensor value;
    private Tensor used;

    Weight(String name, Role role, Tensor value) {
        this(name, role, value, newPlace -> newPlace);
    }

    /** @param placing is told where the tensor has moved to and returns what the network computes with */
    Weight(String name, Role role, Tensor value, UnaryOperator<Tensor> placing) {
        this.name = name;
        this.role = role;
        this.placing = placing;
        this.value = value;
        this.used = value;
    }

    /** PyTorch's name, such as {@code layer1.0.conv1.weight}. */
    public String name() {
        return name;
    }

    public Role role() {
        return role;
    }

    /** The master. */
    public Tensor value() {
        return value;
    }

    /** What the forward pass reads and gradients are taken of. */
    public Tensor used() {
        return used;
    }

    void place(Tensor newValue, Tensor newUsed) {
        value = newValue;
        used = placing.apply(newUsed);
    }
}
