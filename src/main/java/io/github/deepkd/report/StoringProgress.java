package io.github.deepkd.report;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows how far a teacher's answers are stored: a bar or, where the output is no terminal, a line every ten seconds. */
public final class StoringProgress implements AutoCloseable {

    private final PrintStream out;
    private final StepDisplay display;
    private final LongSupplier nanoTime;
    private @Nullable Plan plan;
    private long startedNanos;
    private long imageViewsDone;

    /**
     * What is to be stored.
     *
     * @param top1 the teacher's, percent
     * @param views N of each image
     * @param imageViews in all
     * @param top how many of the largest logits are kept; 0 for all
     * @param bytesPerView of one answer
     * @param bytes in all
     * @param batchesBefore of {@code batches}, stored before now
     */
    public record Plan(
            String teacher,
            double top1,
            int views,
            int images,
            long imageViews,
            int classes,
            int top,
            int bytesPerView,
            long bytes,
            int batches,
            int batchesBefore) {}

    StoringProgress(PrintStream out, StepDisplay display, LongSupplier nanoTime) {
        this.out = out;
        this.display = display;
        this.nanoTime = nanoTime;
    }

    /** On standard output. */
    public static StoringProgress standard() {
        return new StoringProgress(System.out, Console.display(System.out), System::nanoTime);
    }

    public void begin(Plan begun) {
        plan = begun;
        startedNanos = nanoTime.getAsLong();
        out.println(Text.format("  teacher   %s, top-1 %s", begun.teacher(), Text.percent(begun.top1())));
        out.println(Text.format(
                "  answers   %s of %,d views of %,d images, %,d image-views",
                kept(begun), begun.views(), begun.images(), begun.imageViews()));
        out.println(Text.format(
                "  size      %d bytes per image-view, %s in all", begun.bytesPerView(), Text.bytes(begun.bytes())));
        if (begun.batchesBefore() > 0) {
            out.println(Text.format(
                    "Going on: %,d of %,d batches were stored before.", begun.batchesBefore(), begun.batches()));
        }
        display.beginEpoch("storing", begun.batches());
    }

    private static String kept(Plan plan) {
        return plan.top() == 0
                ? "all " + plan.classes() + " logits"
                : "the label's and the " + plan.top() + " largest other logits";
    }

    /**
     * @param batches stored so far, also before
     * @param imageViews of the last one
     */
    public void at(int batches, int imageViews) {
        imageViewsDone += imageViews;
        if (plan != null) {
            double left = (plan.batches() - batches) * seconds() / (batches - plan.batchesBefore());
            display.step(batches, Text.format("%.0f image-views/s  left %s", rate(), Text.duration(left)));
        }
    }

    /** Everything is stored. */
    public void end() {
        display.endEpoch();
        out.println(
                imageViewsDone == 0
                        ? "Nothing was left to store."
                        : Text.format(
                                "Stored %,d image-views in %s, %.0f a second.",
                                imageViewsDone, Text.duration(seconds()), rate()));
    }

    private double rate() {
        return imageViewsDone / seconds();
    }

    private double seconds() {
        return (nanoTime.getAsLong() - startedNanos) / 1e9;
    }

    @Override
    public void close() {
        display.endEpoch();
    }
}
