package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportersTest {

    private static final class Recorder implements Reporter {

        final List<RunEvent> heard = new ArrayList<>();
        boolean closed;

        @Override
        public void on(RunEvent event) {
            heard.add(event);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Failing implements Reporter {

        int calls;

        @Override
        public void on(RunEvent event) {
            calls++;
            throw new InternalError("no fonts");
        }
    }

    private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();

    private Reporter all(Reporter... reporters) {
        return Reporters.all(List.of(reporters), new PrintStream(complaints, true, UTF_8));
    }

    @Test
    void everybodyHearsEverythingInOrder() {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        try (Reporter all = all(first, second)) {
            all.on(Events.epoch(1, 10));
            all.on(Events.epoch(2, 20));
        }
        assertThat(first.heard).containsExactly(Events.epoch(1, 10), Events.epoch(2, 20));
        assertThat(second.heard).isEqualTo(first.heard);
        assertThat(first.closed && second.closed).isTrue();
        assertThat(complaints.size()).isZero();
    }

    @Test
    void oneThatFailsIsToldOfOnceAndTheOthersGoOn() {
        Failing failing = new Failing();
        Recorder recorder = new Recorder();
        try (Reporter all = all(failing, recorder)) {
            all.on(Events.epoch(1, 10));
            all.on(Events.epoch(2, 20));
        }
        assertThat(failing.calls).isEqualTo(1);
        assertThat(recorder.heard).hasSize(2);
        assertThat(complaints.toString(UTF_8).lines())
                .containsExactly("warning: the run goes on without Failing: java.lang.InternalError: no fonts");
    }
}
