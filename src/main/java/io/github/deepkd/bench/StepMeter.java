package io.github.deepkd.bench;

import io.github.deepkd.train.Phase;
import io.github.deepkd.train.StepClock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what each step spends in each phase and looks at memory half way and at the end. Phases leave no
 * gaps, so a step's time is their sum.
 */
final class StepMeter implements StepClock {

    private static final double NANOS_PER_MS = 1e6;
    private static final int LEAST_FOR_GROWTH = 1000;

    private final int warmUp;
    private final int measured;
    private final Runnable firstStepDone;
    private final List<Map<Phase, Long>> steps = new ArrayList<>();
    private @Nullable Phase phase;
    private long since;
    private Memory halfWay = Memory.now();
    private Memory atEnd = halfWay;

    /**
     * @param warmUp how many of the first steps do not count
     * @param measured how many will follow, at least
     * @param firstStepDone is called once
     */
    StepMeter(int warmUp, int measured, Runnable firstStepDone) {
        this.warmUp = warmUp;
        this.measured = measured;
        this.firstStepDone = firstStepDone;
    }

    @Override
    public void enter(Phase next) {
        close();
        if (next == Phase.DATA) {
            begin();
        } else if (next == Phase.REST && steps.size() == 1) {
            firstStepDone.run();
        }
        phase = next;
        since = System.nanoTime();
    }

    private void begin() {
        if (steps.size() == warmUp + measured / 2) {
            halfWay = Memory.now();
        }
        steps.add(new EnumMap<>(Phase.class));
    }

    /** The last step of an epoch is over. */
    void end() {
        close();
        phase = null;
        atEnd = Memory.now();
    }

    private void close() {
        long now = System.nanoTime();
        if (phase != null) {
            steps.get(steps.size() - 1).merge(phase, now - since, Long::sum);
        }
    }

    /** Steps that count. */
    int count() {
        return steps.size() - warmUp;
    }

    /** Milliseconds of a phase, by step. */
    double[] ms(Phase of) {
        return ms(step -> step.getOrDefault(of, 0L));
    }

    /** Milliseconds of whole steps. */
    double[] ms() {
        return ms(step -> step.values().stream().mapToLong(Long::longValue).sum());
    }

    private double[] ms(ToLongFunction<Map<Phase, Long>> nanos) {
        return steps.stream()
                .skip(warmUp)
                .mapToDouble(step -> nanos.applyAsLong(step) / NANOS_PER_MS)
                .toArray();
    }

    /** Bytes of resident memory more in 1000 steps; null where there are too few steps to tell. */
    @Nullable
    Double residentGrowth() {
        return laterSteps() < LEAST_FOR_GROWTH
                ? null
                : per1000((double) atEnd.residentBytes() - halfWay.residentBytes());
    }

    /** Native objects more in 1000 steps. */
    double objectGrowth() {
        return per1000((double) atEnd.objects() - halfWay.objects());
    }

    private double per1000(double more) {
        return 1000 * more / laterSteps();
    }

    private int laterSteps() {
        return count() - measured / 2;
    }
}
