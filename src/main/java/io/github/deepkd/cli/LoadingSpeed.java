package io.github.deepkd.cli;

import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Loader;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** How many images a second a loader makes ready for training, round by round. */
record LoadingSpeed(double least, double median, double most, int rounds) {

    private static final int WARM_UP_ROUNDS = 3;

    /** A round is an epoch; a few go ahead unmeasured, for the compiler of the JVM. */
    static LoadingSpeed of(Loader loader, int rounds) {
        double[] speeds = IntStream.range(0, WARM_UP_ROUNDS + rounds)
                .mapToDouble(round -> round(loader, round + 1))
                .skip(WARM_UP_ROUNDS)
                .sorted()
                .toArray();
        int middle = speeds.length / 2;
        double median = Arrays.stream(speeds, (speeds.length - 1) / 2, middle + 1)
                .average()
                .orElseThrow();
        return new LoadingSpeed(speeds[0], median, speeds[speeds.length - 1], rounds);
    }

    private static double round(Loader loader, int epoch) {
        long start = System.nanoTime();
        int images = 0;
        try (Epoch batches = loader.shuffled(1, epoch)) {
            while (batches.hasNext()) {
                images += batches.next().size();
            }
        }
        return images / ((System.nanoTime() - start) / 1e9);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.0f images/s, median of %d rounds (%.0f to %.0f)", median, rounds, least, most);
    }
}
