package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunResumed;
import io.github.deepkd.report.RunEvent.RunStarted;
import io.github.deepkd.report.RunEvent.RunStopped;
import io.github.deepkd.report.RunEvent.StepDone;
import io.github.deepkd.report.RunEvent.StepSkipped;
import io.github.deepkd.report.RunEvent.Warning;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run to a person: a short block at its start, a line per epoch that stays, and between these a progress bar
 * or, where the output is no terminal, a line every ten seconds. Serves any number of runs, one after the other.
 */
public final class Console implements Reporter {

    private final PrintStream out;
    private final StepDisplay display;
    private @Nullable RunStarted run;
    private @Nullable EpochDone last;

    Console(PrintStream out, StepDisplay display) {
        this.out = out;
        this.display = display;
    }

    /** Standard output: with a bar where it is a terminal that can show one and {@code NO_COLOR} is not set. */
    public static Console standard() {
        return new Console(System.out, display(System.out));
    }

    /** A bar where the process has a terminal that can show one. */
    static StepDisplay display(PrintStream out) {
        return canMoveCursor() ? new StepBar(out) : new StepLines(out, System::nanoTime);
    }

    private static boolean canMoveCursor() {
        return isTerminal()
                && Objects.requireNonNullElse(System.getenv("NO_COLOR"), "").isEmpty()
                && !"dumb".equals(System.getenv("TERM"));
    }

    /** From Java 22 on there is always a console, which then tells itself whether it is a terminal. */
    @SuppressWarnings("SystemConsoleNull") // told apart below
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        try {
            return console != null
                    && (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    @Override
    public void on(RunEvent event) {
        if (event instanceof RunStarted started) {
            run = started;
            last = null;
            out.print(Headline.of(started));
            begin(1);
        } else if (event instanceof RunResumed resumed) {
            display.endEpoch();
            out.println(line(resumed));
            begin(resumed.epoch() + 1);
        } else if (event instanceof Warning warning) {
            note("warning: " + warning.what());
        } else if (event instanceof StepSkipped skipped) {
            note("skipped: " + skipped.what());
        } else if (event instanceof RunStopped stopped) {
            display.endEpoch();
            out.println(line(stopped));
        } else if (event instanceof StepDone step) {
            display.step(step.step(), message(step));
        } else if (event instanceof EpochDone epoch) {
            display.endEpoch();
            out.println(line(epoch));
            last = epoch;
            begin(epoch.epoch() + 1);
        } else if (event instanceof RunFinished finished) {
            display.endEpoch();
            out.println(line(finished));
        }
    }

    /** A line that stays, in the middle of an epoch. */
    private void note(String line) {
        display.endEpoch();
        out.println(line);
        begin(last == null ? 1 : last.epoch() + 1);
    }

    private static String line(RunResumed resumed) {
        String step = resumed.step() == 0 ? "" : ", step " + resumed.step() + " of the next";
        return "resumed after epoch " + resumed.epoch() + step + ", from " + resumed.checkpoint();
    }

    private static String line(RunStopped stopped) {
        String checkpoint = stopped.checkpoint() == null
                ? "nothing is saved yet"
                : "the newest checkpoint is " + stopped.checkpoint();
        return "stopped in epoch " + stopped.epoch() + " after step " + stopped.step() + " (" + stopped.why() + "); "
                + checkpoint;
    }

    @Override
    public void close() {
        display.endEpoch();
    }

    private void begin(int epoch) {
        if (run != null && epoch <= run.epochs()) {
            display.beginEpoch(name(epoch), run.stepsPerEpoch());
        }
    }

    private String name(int epoch) {
        if (run == null) {
            return "epoch " + epoch;
        }
        String total = Integer.toString(run.epochs());
        return Text.format("epoch %" + total.length() + "d/%s", epoch, total);
    }

    private String message(StepDone step) {
        String accuracy = last == null ? "" : "  top-1 " + Text.percent(last.testTop1());
        String k = step.k() > 0 ? "  k " + step.k() : "";
        return Text.format(
                "loss %.4f%s%s  %.0f samples/s%s", step.loss(), accuracy, k, step.samplesPerSecond(), left(step));
    }

    private String line(EpochDone epoch) {
        return name(epoch.epoch())
                + Text.format("  loss %.4f%s", epoch.trainLoss(), parts(epoch.losses()))
                + "  top-1 " + Text.percent(epoch.testTop1())
                + "  best " + Text.percent(epoch.bestTop1())
                + "  lr " + Text.plain(epoch.learningRate())
                + (epoch.k() > 0 ? "  k " + epoch.k() : "")
                + Text.format("  %.0f samples/s", epoch.samplesPerSecond())
                + left(epoch);
    }

    private static String line(RunFinished finished) {
        return "finished in " + Text.duration(finished.seconds())
                + ": top-1 best " + Text.percent(finished.top1Best()) + " (epoch " + finished.bestEpoch() + ")"
                + ", last " + Text.percent(finished.top1Last())
                + ", mean of the last " + finished.meanOf() + " epochs " + Text.percent(finished.top1Mean())
                + measuring(finished.measuringShare())
                + "; peak memory " + Text.bytes(finished.peakMemoryBytes());
    }

    private static String measuring(double share) {
        return share == 0 ? "" : Text.format("; %.1f %% of it was measuring", share);
    }

    private static String parts(Map<String, Double> losses) {
        return losses.size() < 2
                ? ""
                : losses.entrySet().stream()
                        .map(loss -> Text.format("%s %.2f", loss.getKey(), loss.getValue()))
                        .collect(Collectors.joining(" ", " (", ")"));
    }

    /** The rest of this epoch at the present speed; further ones like the last, its evaluation included. */
    private String left(StepDone step) {
        if (run == null) {
            return "";
        }
        double stepSeconds = run.batchSize() / step.samplesPerSecond();
        double epochSeconds = last == null ? run.stepsPerEpoch() * stepSeconds : last.seconds();
        return left((run.stepsPerEpoch() - step.step()) * stepSeconds + (run.epochs() - step.epoch()) * epochSeconds);
    }

    private String left(EpochDone epoch) {
        return run == null || epoch.epoch() == run.epochs()
                ? ""
                : left((run.epochs() - epoch.epoch()) * epoch.seconds());
    }

    private static String left(double seconds) {
        return "  left " + Text.duration(seconds);
    }
}
