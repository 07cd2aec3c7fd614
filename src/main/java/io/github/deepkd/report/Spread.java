package io.github.deepkd.report;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How one number differs from run to run.
 *
 * @param n how many runs
 * @param std standard deviation, n - 1 in its denominator; null for one run
 * @param margin half of the mean's 95 % confidence interval, by Student's t; null for one run
 */
public record Spread(
        int n, double mean, @Nullable Double std, @Nullable Double margin) {

    private static final double TAIL = 0.025;

    /** @param values one or more */
    public static Spread of(double... values) {
        int n = values.length;
        double mean = Mean.of(values).getAsDouble();
        if (n < 2) {
            return new Spread(n, mean, null, null);
        }
        // Equal numbers have no spread; their mean's rounding would make one.
        double std = Arrays.stream(values).distinct().count() == 1
                ? 0
                : StandardDeviation.of(values).getAsDouble();
        double t = TDistribution.of(n - 1).inverseSurvivalProbability(TAIL);
        return new Spread(n, mean, std, t * std / Math.sqrt(n));
    }

    /** The interval's lower end; the mean where there is none. */
    public double low() {
        return margin == null ? mean : mean - margin;
    }

    /** The interval's upper end; the mean where there is none. */
    public double high() {
        return margin == null ? mean : mean + margin;
    }
}
