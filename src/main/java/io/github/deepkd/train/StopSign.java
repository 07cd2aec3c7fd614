package io.github.deepkd.train;

/** Asked between two steps, and between two batches of an evaluation, whether to go on. */
@FunctionalInterface
public interface StopSign {

    /** Never stops a run. */
    StopSign NONE = () -> false;

    /** Whether somebody wants the run to stop; any thread may have said so. */
    boolean isUp();

    /** @throws Stopped where the sign is up */
    default void check() {
        if (isUp()) {
            throw new Stopped();
        }
    }

    /** The run stopped because it was asked to, and can go on. */
    final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("stopped as asked");
        }
    }
}
