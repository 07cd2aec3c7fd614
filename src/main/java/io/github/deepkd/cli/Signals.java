package io.github.deepkd.cli;

import io.github.deepkd.train.StopSign;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Ctrl-C, a closed terminal and {@code kill} ask a command to stop in good order; Ctrl-C a second time ends the process at
 * once. Java has no other way to hear of them and go on; {@code sun.misc.Signal} is exported and documented as supported.
 */
final class Signals implements StopSign {

    private static final List<String> HEARD = List.of("INT", "TERM", "HUP");

    private final AtomicReference<@Nullable Signal> first = new AtomicReference<>();

    private Signals() {}

    /** Hears them from now on, until the process ends. */
    static Signals hear() {
        Signals signals = new Signals();
        HEARD.forEach(signals::hear);
        return signals;
    }

    @SuppressWarnings("sunapi")
    private void hear(String name) {
        try {
            Signal.handle(new Signal(name), this::on);
        } catch (IllegalArgumentException e) {
            // Windows has no HUP, and a JVM run with -Xrs keeps them all to itself.
        }
    }

    private void on(Signal signal) {
        if (first.compareAndSet(null, signal)) {
            System.err.println("deepkd: SIG" + signal.getName()
                    + ": saving after this step; Ctrl-C again ends at once, and loses what is not saved");
        } else if (signal.getName().equals("INT")) {
            Runtime.getRuntime().halt(code(signal));
        }
    }

    @Override
    public boolean isUp() {
        return first.get() != null;
    }

    /** As shells have it: 128 and the signal's number, such as 130 for Ctrl-C; 1 where none was heard. */
    int exitCode() {
        Signal heard = first.get();
        return heard == null ? 1 : code(heard);
    }

    private static int code(Signal signal) {
        return 128 + signal.getNumber();
    }
}
