package io.github.deepkd.cli;

import io.github.deepkd.train.StopSign;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C, a closed terminal and {@code kill} ask a command to stop in good order; Ctrl-C a second time ends the process at
 * once.
 */
final class Signals implements StopSign {

    /** Each with what its process is to exit with, as shells have it: 128 and the signal's number. */
    private enum Heard {
        INT(130),
        TERM(143),
        HUP(129);

        private final int exitCode;

        Heard(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    private final AtomicReference<@Nullable Heard> first = new AtomicReference<>();

    private Signals() {}

    /** Hears them from now on, until the process ends; those that the system lacks, as Windows lacks HUP, never come. */
    static Signals hear() {
        Signals signals = new Signals();
        for (Heard heard : Heard.values()) {
            org.jline.utils.Signals.register(heard.name(), () -> signals.on(heard));
        }
        return signals;
    }

    private void on(Heard signal) {
        if (first.compareAndSet(null, signal)) {
            System.err.println("deepkd: SIG" + signal
                    + ": stopping after this step, which is then saved; Ctrl-C again ends at once, and loses it");
        } else if (signal == Heard.INT) {
            Runtime.getRuntime().halt(signal.exitCode);
        }
    }

    @Override
    public boolean isUp() {
        return first.get() != null;
    }

    /** What the process is to exit with. */
    int exitCode() {
        Heard heard = first.get();
        if (heard == null) {
            throw new IllegalStateException("no signal was heard");
        }
        return heard.exitCode;
    }
}
