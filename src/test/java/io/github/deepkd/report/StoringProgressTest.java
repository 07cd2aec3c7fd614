package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoringProgressTest {

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    /** What an earlier process stored was not stored in this one's time. */
    @Test
    void rateAndTimeLeftAreThoseOfThisProcess() {
        try (StoringProgress progress = new StoringProgress(out, new StepLines(out, nanos::get), nanos::get)) {
            progress.begin(new StoringProgress.Plan("resnet56", 72.61, 2, 1000, 2000, 100, 10, 52, 104_160, 40, 20));
            nanos.addAndGet(20_000_000_000L);
            progress.at(30, 500);
            progress.end();
        }
        assertThat(text.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "  teacher   resnet56, top-1 72.61 %",
                        "  answers   the label's and the 10 largest other logits of 2 views of 1,000 images, 2,000"
                                + " image-views",
                        "  size      52 bytes per image-view, 104.2 kB in all",
                        "Going on: 20 of 40 batches were stored before.",
                        "storing   75 %  25 image-views/s  left 20 s",
                        "Stored 500 image-views in 20 s, 25 a second.");
    }
}
