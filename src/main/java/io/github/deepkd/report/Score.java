package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import java.util.List;

/**
 * What a run came to: top-1 on the test images in percent.
 *
 * @param best highest of all epochs; chosen on the test images, so it flatters
 * @param bestEpoch the first epoch that had it
 * @param last after the last epoch: that of the student which the run leaves
 * @param mean of the last {@code meanOf} epochs
 */
public record Score(double best, int bestEpoch, double last, double mean, int meanOf) {

    /**
     * @param epochs of a run, one or more
     * @param meanOf how many count for the mean; all where there are fewer
     */
    public static Score of(List<EpochDone> epochs, int meanOf) {
        EpochDone best = epochs.stream()
                .reduce((a, b) -> b.testTop1() > a.testTop1() ? b : a)
                .orElseThrow();
        List<EpochDone> end = epochs.subList(Math.max(0, epochs.size() - meanOf), epochs.size());
        return new Score(
                best.testTop1(),
                best.epoch(),
                epochs.get(epochs.size() - 1).testTop1(),
                end.stream().mapToDouble(EpochDone::testTop1).average().orElseThrow(),
                end.size());
    }
}
