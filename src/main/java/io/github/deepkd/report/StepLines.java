package io.github.deepkd.report;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** A line every ten seconds: for files, pipes and terminals that cannot move the cursor. */
final class StepLines implements StepDisplay {

    private static final long PERIOD_NANOS = 10_000_000_000L;

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private long lastNanos;
    private String name = "";
    private int steps;

    StepLines(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        lastNanos = nanoTime.getAsLong();
    }

    @Override
    public void beginEpoch(String name, int steps) {
        this.name = name;
        this.steps = steps;
    }

    @Override
    public void step(int step, String message) {
        long now = nanoTime.getAsLong();
        if (now - lastNanos >= PERIOD_NANOS) {
            lastNanos = now;
            out.println(Text.format("%s  %3d %%  %s", name, Math.round(100.0 * step / steps), message));
        }
    }

    /** The line of the epoch follows: the next ten seconds begin with it. */
    @Override
    public void endEpoch() {
        lastNanos = nanoTime.getAsLong();
    }
}
