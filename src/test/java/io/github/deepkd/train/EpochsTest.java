package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.BadInput;
import io.github.deepkd.report.RunEvent.EpochDone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochsTest {

    private static final List<EpochDone> SOUND = List.of(epoch(1, 4.6, 10, 10), epoch(2, 3.1, 30, 30));

    @Test
    void aLossThatRisesWhileAccuracyCollapsesIsToldOf() {
        assertThat(Epochs.divergence(epoch(3, 31, 1, 30), SOUND)).hasValueSatisfying(text -> assertThat(text)
                .contains("risen from 3.10 to 31.0")
                .contains("fallen from 30.00 to 1.00")
                .contains("learning-rate.start"));
    }

    @Test
    void aLossThatRisesByAWiderMaskAloneIsNot() {
        assertThat(Epochs.divergence(epoch(3, 31, 31, 31), SOUND)).isEmpty();
        assertThat(Epochs.divergence(epoch(3, 3, 1, 30), SOUND)).isEmpty();
        assertThat(Epochs.divergence(epoch(1, 1e6, 1, 1), List.of())).isEmpty();
    }

    @Test
    void wantOfMemoryIsToldWithTheBatchSizeAndWhatToLower() {
        RuntimeException failure =
                new RuntimeException("[enforce fail] . DefaultCPUAllocator: can't allocate memory: you"
                        + " tried to allocate 9 bytes.\nException raised from ...");
        assertThat(OutOfMemory.explained(RunConfig.DEFAULTS, failure))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("batches of 64 images: lower --set batch-size=32")
                .hasMessageNotContaining("raised from");
        assertThat(OutOfMemory.explained(RunConfig.DEFAULTS, new OutOfMemoryError("Java heap space")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("-Xmx");
        RuntimeException other = new IllegalStateException("another");
        assertThat(OutOfMemory.explained(RunConfig.DEFAULTS, other)).isSameAs(other);
    }

    private static EpochDone epoch(int number, double loss, double top1, double best) {
        return new EpochDone(number, loss, Map.of("task", loss), top1, top1, best, 0.1, 0, 1, 100);
    }
}
