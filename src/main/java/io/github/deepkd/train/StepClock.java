package io.github.deepkd.train;

/** Is told by the trainer what it turns to next. */
@FunctionalInterface
public interface StepClock {

    /** For runs that nobody times. */
    StepClock NONE = phase -> {};

    /** The phase before ends, this one begins; called on the trainer's thread. */
    void enter(Phase phase);
}
