package io.github.deepkd.train;

import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.StepDone;

/** Ends a run in the middle of the epoch after {@code epoch}, as a crash would. */
record StopAfter(int epoch) implements Reporter {

    @Override
    public void on(RunEvent event) {
        if (event instanceof StepDone step && step.epoch() > epoch) {
            throw new IllegalStateException("stopped after epoch " + epoch);
        }
    }

    @Override
    public void close() {}
}
