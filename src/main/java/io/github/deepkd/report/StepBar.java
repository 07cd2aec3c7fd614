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
    private @Nullable LastLine line;

    StepBar(PrintStream out) {
        this.out = out;
    }

    @Override
    public void beginEpoch(String name, int steps) {
        endEpoch();
        line = new LastLine(out);
        bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII) // every terminal and code page has these characters
                .setConsumer(line)
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
        if (bar != null && line != null) {
            bar.close();
            line.erase();
            bar = null;
            line = null;
        }
    }

    /** Leaves nothing on the terminal; the library's own consumer leaves an empty line, and its thread may be late. */
    private static final class LastLine extends ConsoleProgressBarConsumer {

        private final PrintStream out;
        private boolean erased;

        LastLine(PrintStream out) {
            super(out);
            this.out = out;
        }

        @Override
        public synchronized void accept(String text) {
            if (!erased) {
                super.accept(text);
            }
        }

        @Override
        public void close() {}

        synchronized void erase() {
            erased = true;
            out.print("\r" + " ".repeat(getMaxRenderedLength()) + "\r");
            out.flush();
        }
    }
}
