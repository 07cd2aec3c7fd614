package io.github.deepkd.train;

import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Torch;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mean loss of the samples seen so far in an epoch, component by component, and how fast they went by. */
public final class EpochLosses {

    private final Map<Component, Double> sums = new EnumMap<>(Component.class);
    private final long started = System.nanoTime();
    private long samples;
    private long ended;

    /** Adds a batch's terms; a loss that is no number ends the run, for every later weight would be none either. */
    void add(List<Term> terms, int batchSize, Progress at) {
        for (Term term : terms) {
            double value = Torch.item(term.value());
            if (!Double.isFinite(value)) {
                throw new ArithmeticException("the " + term.component().label() + " loss became " + value + " in epoch "
                        + at.epoch() + ", step " + (at.step() + 1)
                        + ": start again in another --output folder with a lower --set learning-rate.start");
            }
            sums.merge(term.component(), value * batchSize, Double::sum);
        }
        samples += batchSize;
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

    /** The samples seen over the time since the epoch began, or until it {@link #end}ed. */
    double samplesPerSecond() {
        return samples / (((ended == 0 ? System.nanoTime() : ended) - started) / 1e9);
    }

    /** The epoch's last step is done: what follows, such as evaluation, does not count as training. */
    void end() {
        ended = System.nanoTime();
    }
}
