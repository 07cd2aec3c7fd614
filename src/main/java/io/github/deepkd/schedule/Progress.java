package io.github.deepkd.schedule;

/**
 * Where a run stands.
 *
 * @param epoch from 1 to {@code epochs}
 * @param step within the epoch, from 0 to {@code steps - 1}
 */
public record Progress(int epoch, int epochs, int step, int steps) {

    public Progress {
        if (epoch < 1 || epoch > epochs || step < 0 || step >= steps) {
            throw new IllegalArgumentException(
                    "no such moment: epoch " + epoch + " of " + epochs + ", step " + step + " of " + steps);
        }
    }

    /** Epochs gone by before this step, fractions included: 0 at the start. */
    public double epochsDone() {
        return epoch - 1 + (double) step / steps;
    }
}
