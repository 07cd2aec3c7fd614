package io.github.deepkd.measure;

/**
 * Gradient signal-to-noise ratio of some parameters from n batches; NaN where every gradient was the same in all of them.
 *
 * @param corrected mean over parameters, freed of its bias
 * @param plain mean over parameters of mean^2 / s^2
 * @param pooled (sum of mean^2) / (sum of s^2) - 1/n
 */
public record GsnrEstimate(double corrected, double plain, double pooled) {

    /** Sums over parameters whose gradients differ between batches. */
    record Sums(double ratios, double squaredMeans, double variances, double count) {

        static final Sums NONE = new Sums(0, 0, 0, 0);

        Sums plus(Sums other) {
            return new Sums(
                    ratios + other.ratios,
                    squaredMeans + other.squaredMeans,
                    variances + other.variances,
                    count + other.count);
        }

        /** @param n batches */
        GsnrEstimate estimate(int n) {
            double plain = ratios / count;
            return new GsnrEstimate((n - 3.0) / (n - 1.0) * plain - 1.0 / n, plain, squaredMeans / variances - 1.0 / n);
        }
    }
}
