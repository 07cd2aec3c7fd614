package io.github.deepkd.report;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** Shows how far several runs are together: a bar or, where the output is no terminal, a line every ten seconds. */
public final class OverallProgress implements AutoCloseable {

    private final PrintStream out;
    private final StepDisplay display;
    private final LongSupplier nanoTime;
    private final int epochs;
    private final int epochsBefore;
    private final long startedNanos;

    OverallProgress(PrintStream out, StepDisplay display, LongSupplier nanoTime, int epochs, int epochsBefore) {
        this.out = out;
        this.display = display;
        this.nanoTime = nanoTime;
        this.epochs = epochs;
        this.epochsBefore = epochsBefore;
        this.startedNanos = nanoTime.getAsLong();
    }

    /**
     * @param epochs of all runs
     * @param epochsBefore of these, done before now
     */
    public static OverallProgress on(PrintStream out, int epochs, int epochsBefore) {
        return new OverallProgress(out, Console.display(out), System::nanoTime, epochs, epochsBefore);
    }

    /** Other runs are under way from now on. */
    public void begin(String running) {
        display.beginEpoch(running, epochs);
    }

    /** A run is done; the rest goes on. */
    public void done(ComparedRun run) {
        display.endEpoch();
        out.println(run.variant() + " seed " + run.seed() + ": top-1 best "
                + Text.percent(run.score().best()) + ", last "
                + Text.percent(run.score().last()) + ", mean of the last "
                + run.score().meanOf() + " epochs " + Text.percent(run.score().mean()));
    }

    /**
     * @param epochsDone by all runs, a part of one counting as such
     * @param samplesPerSecond of all that are under way
     */
    public void at(double epochsDone, double samplesPerSecond) {
        double seconds = (nanoTime.getAsLong() - startedNanos) / 1e9;
        double left = (epochs - epochsDone) * seconds / (epochsDone - epochsBefore);
        display.step(
                (int) epochsDone,
                Text.format(
                        "%.1f of %d epochs  %.0f samples/s  left %s",
                        epochsDone, epochs, samplesPerSecond, Text.duration(left)));
    }

    @Override
    public void close() {
        display.endEpoch();
    }
}
