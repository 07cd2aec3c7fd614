package io.github.deepkd.report;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on the terminal's last line. */
final class StepBar implements StepDisplay {

    private final PrintStream out;
    private @Nullable ProgressBar bar;

    StepBar(PrintStream out) {
        this.out = out;
    }

    @Override
    public void beginEpoch(String name, int steps) {
        endEpoch();
        bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII) // every terminal and code page has these characters
                .setConsumer(new ConsoleProgressBarConsumer(out))
                .clearDisplayOnFinish()
                .hideEta() // it would be that of the epoch; the message has that of the run
                .build();
    }

    @Override
    public void step(int step, String message) {
        if (bar != null) {
            bar.stepTo(step).setExtraMessage("  " + message);
        }
    }

    @Override
    public void endEpoch() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
