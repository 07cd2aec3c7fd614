package io.github.deepkd.train;

import io.github.deepkd.BadInput;

/**
 * When a run writes checkpoints: after every epoch, and within one after so many steps or minutes, whichever comes first.
 *
 * @param everySteps 0 for never
 * @param everyMinutes 0 for never
 * @param keep how many of the newest stay
 */
public record Checkpointing(int everySteps, double everyMinutes, int keep) {

    public static final Checkpointing DEFAULTS = new Checkpointing(0, 10, 3);

    public Checkpointing {
        if (everySteps < 0 || !(everyMinutes >= 0)) {
            throw new BadInput(
                    "every-steps and every-minutes must be 0 or more, found " + everySteps + " and " + everyMinutes);
        }
        if (keep < 1) {
            throw new BadInput("keep must be 1 or more, found " + keep + ": a run without checkpoints cannot go on");
        }
    }

    /** Whether one is due so many steps and nanoseconds after the last. */
    boolean due(int steps, long nanos) {
        return (everySteps > 0 && steps >= everySteps) || (everyMinutes > 0 && nanos >= everyMinutes * 60e9);
    }
}
