package io.github.deepkd.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Several reporters as one. */
public final class Reporters {

    private Reporters() {}

    /**
     * Tells each of them everything. Reporting never changes a run: one that fails (a full disk, no fonts to draw with)
     * is told of once, on standard error, and hears nothing more.
     */
    public static Reporter all(List<? extends Reporter> reporters) {
        return all(reporters, System.err);
    }

    static Reporter all(List<? extends Reporter> reporters, PrintStream complaints) {
        return new All(new ArrayList<>(reporters), complaints);
    }

    private record All(List<Reporter> reporters, PrintStream complaints) implements Reporter {

        @Override
        public void on(RunEvent event) {
            reporters.removeIf(reporter -> fails(reporter, () -> reporter.on(event)));
        }

        @Override
        public void close() {
            reporters.removeIf(reporter -> fails(reporter, reporter::close));
        }

        private boolean fails(Reporter reporter, Runnable call) {
            try {
                call.run();
                return false;
            } catch (RuntimeException | LinkageError | InternalError e) { // the errors: AWT without its libraries
                complaints.println("warning: the run goes on without "
                        + reporter.getClass().getSimpleName() + ": " + e);
                return true;
            }
        }
    }
}
