package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class OverallProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);
    private long seconds;

    /** Ten epochs were done before, ten more took a hundred seconds, so the last twenty take two hundred. */
    @Test
    void theTimeLeftIsThatOfTheEpochsOfAllRunsAtThePaceOfThisProcess() {
        StepLines lines = new StepLines(out, () -> seconds * 1_000_000_000);
        try (OverallProgress progress = new OverallProgress(out, lines, () -> seconds * 1_000_000_000, 40, 10)) {
            progress.begin("kd seed 1, alone seed 2");
            seconds = 100;
            progress.at(20, 812);
            progress.done(new ComparedRun("kd", 1, new Score(45.1, 3, 44.9, 44.25, 10), "abc", null));
        }
        assertThat(bytes.toString(UTF_8).lines())
                .containsExactly(
                        "kd seed 1, alone seed 2   50 %  20.0 of 40 epochs  812 samples/s  left 3 min 20 s",
                        "kd seed 1: top-1 best 45.10 %, last 44.90 %, mean of the last 10 epochs 44.25 %");
    }
}
