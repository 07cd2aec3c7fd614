package io.github.deepkd.distiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A distillation method: an immutable record of its settings, with its loss. See {@link Distillers}. */
public interface Distiller {

    /** The components its terms belong to, {@link Component#TASK} among them. */
    default Set<Component> components() {
        return EnumSet.allOf(Component.class);
    }

    /** The loss of one batch, summand by summand. */
    List<Term> losses(Pass pass);

    /** One line for {@code deepkd list methods}. */
    String about();

    default boolean needsTeacher() {
        return true;
    }

    /** How many augmentations of each image it compares: 1, or 2 for a weak and a strong one. */
    default int views() {
        return 1;
    }

    /** Whether the mask has a say in it. */
    default boolean masks(Semantics semantics) {
        return needsTeacher();
    }

    /** Whether logit standardisation has a say in it. */
    default boolean standardizes(Semantics semantics) {
        return needsTeacher();
    }

    /** For compact constructors: a loss weight. */
    static void requireWeight(String key, double weight) {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new BadInput(key + " must be 0 or more, found " + weight);
        }
    }

    /** For compact constructors: a temperature. */
    static void requireTemperature(String key, double temperature) {
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new BadInput(key + " must be greater than 0, found " + temperature);
        }
    }
}
