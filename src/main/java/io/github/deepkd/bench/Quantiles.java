package io.github.deepkd.bench;

import org.apache.commons.statistics.descriptive.Quantile;

/**
 * How a duration differs from step to step.
 *
 * @param p5 below which 5 % of them are
 * @param p95 below which 95 % of them are
 */
public record Quantiles(double median, double p5, double p95) {

    /** @param values one or more */
    static Quantiles of(double... values) {
        double[] found = Quantile.withDefaults().evaluate(values, 0.5, 0.05, 0.95);
        return new Quantiles(found[0], found[1], found[2]);
    }
}
