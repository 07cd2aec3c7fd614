package io.github.deepkd.report;

import java.util.stream.IntStream;
import org.apache.commons.statistics.inference.TTest;
import org.jspecify.annotations.Nullable;

/**
 * Student's paired t-test, two-sided: runs of equal seed share their initial weights and their batches, so they are
 * compared with each other.
 *
 * @param difference of the other less the first, seed by seed
 * @param t the statistic; null where there are fewer than two pairs or all differences are equal
 * @param p how often chance alone would give so large a t; null as t
 */
public record PairedTest(
        Spread difference, @Nullable Double t, @Nullable Double p) {

    /** @param other as long as {@code first}, seeds in the same order, one or more */
    static PairedTest of(double[] first, double[] other) {
        Spread difference = Spread.of(IntStream.range(0, first.length)
                .mapToDouble(i -> other[i] - first[i])
                .toArray());
        if (difference.std() == null || difference.std() == 0) {
            return new PairedTest(difference, null, null);
        }
        TTest.Result result = TTest.withDefaults().pairedTest(other, first);
        return new PairedTest(difference, result.getStatistic(), result.getPValue());
    }
}
