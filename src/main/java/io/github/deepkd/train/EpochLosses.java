package io.github.deepkd.train;

import io.github.deepkd.loss.Component;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The mean loss of the samples seen so far in an epoch, component by component, and how fast they went by. */
public final class EpochLosses {

    private final Map<Component, Double> sums = new EnumMap<>(Component.class);
    private final Saved before;
    private final long started = System.nanoTime();
    private int steps;
    private long samples;
    private long ended;

    /**
     * What a checkpoint keeps of an epoch that is not over.
     *
     * @param sums of the losses of all samples
     * @param seconds of training
     */
    record Saved(Map<Component, Double> sums, int steps, long samples, double seconds) {}

    public EpochLosses() {
        this(new Saved(Map.of(), 0, 0, 0));
    }

    /** Goes on where another process stopped. */
    EpochLosses(Saved before) {
        this.before = before;
        sums.putAll(before.sums);
        steps = before.steps;
        samples = before.samples;
    }

    Saved saved() {
        return new Saved(new EnumMap<>(sums), steps, samples, seconds());
    }

    /** Adds a batch, given its mean losses; none for one that was skipped. */
    void add(Map<Component, Double> losses, int batchSize) {
        losses.forEach((component, loss) -> sums.merge(component, loss * batchSize, Double::sum));
        steps++;
        samples += losses.isEmpty() ? 0 : batchSize;
    }

    /** Steps done, those before a checkpoint included. */
    int steps() {
        return steps;
    }

    /** The mean over samples of the sum of all terms. */
    double total() {
        return sums.values().stream().mapToDouble(Double::doubleValue).sum() / samples;
    }

    /** The mean over samples, by the component's label. */
    Map<String, Double> byComponent() {
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((component, sum) -> means.put(component.label(), sum / samples));
        return means;
    }

    /** Samples over time, of this process, since it took up the epoch or until it {@link #end}ed. */
    double samplesPerSecond() {
        return (samples - before.samples) / secondsHere();
    }

    /** How long the epoch has been trained, in all processes. */
    double seconds() {
        return before.seconds + secondsHere();
    }

    private double secondsHere() {
        return ((ended == 0 ? System.nanoTime() : ended) - started) / 1e9;
    }

    /** The epoch's last step is done: what follows, such as evaluation, does not count as training. */
    void end() {
        ended = System.nanoTime();
    }
}
