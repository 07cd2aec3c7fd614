package io.github.deepkd.train;

import java.util.Locale;

/** What a training step does one after the other. */
public enum Phase {
    /** Waits for the loader and copies the batch into tensors. A step begins with it. */
    DATA,
    /** The student's forward pass. */
    STUDENT,
    /** The teacher's answer. */
    TEACHER,
    /** The losses and their gradients in the logits. */
    LOSSES,
    /** These gradients pulled back to the weights, once a group of components. */
    BACKWARD,
    /** Velocities, weights and their working copies. */
    UPDATE,
    /** Sums of losses, reports, and the release of the step's tensors. */
    REST;

    /** In small letters. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
