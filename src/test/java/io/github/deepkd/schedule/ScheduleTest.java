package io.github.deepkd.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static Progress epoch(int epoch, int epochs) {
        return new Progress(epoch, epochs, 0, 10);
    }

    @Test
    void stepsDivideAfterEachMilestone() {
        LearningRate rate = LearningRate.Steps.DEFAULTS;
        assertThat(rate.at(epoch(1, 240))).isEqualTo(0.05);
        assertThat(rate.at(epoch(150, 240))).isEqualTo(0.05);
        assertThat(rate.at(epoch(151, 240))).isCloseTo(0.005, within(1e-15));
        assertThat(rate.at(epoch(240, 240))).isCloseTo(5e-5, within(1e-15));
    }

    @Test
    void warmUpRisesLinearlyStepByStepToTheFullRate() {
        LearningRate rate = new LearningRate.Steps(1, List.of(), 0.1, 2);
        assertThat(rate.at(new Progress(1, 5, 0, 10))).isCloseTo(1 / 20.0, within(1e-12));
        assertThat(rate.at(new Progress(1, 5, 9, 10))).isCloseTo(0.5, within(1e-12));
        assertThat(rate.at(new Progress(2, 5, 9, 10))).isCloseTo(1, within(1e-12));
        assertThat(rate.at(new Progress(3, 5, 0, 10))).isEqualTo(1);
    }

    @Test
    void theCosineFallsFromStartToEndAfterTheWarmUp() {
        LearningRate rate = new LearningRate.Cosine(0.1, 0.001, 1, 0, false);
        assertThat(rate.at(new Progress(1, 11, 9, 10))).isCloseTo(0.1, within(1e-12));
        assertThat(rate.at(new Progress(2, 11, 0, 10))).isCloseTo(0.1, within(1e-12));
        assertThat(rate.at(new Progress(7, 11, 0, 10))).isCloseTo(0.0505, within(1e-12));
        assertThat(rate.at(new Progress(11, 11, 9, 10))).isBetween(0.001, 0.0011);
    }

    /** Their adjust_learning_rate with LR 0.2, MIN_LR 5e-5, WARMUP_EPOCHS 20, WARMUP_FACTOR 0.1 and 100 epochs. */
    @Test
    void byEpochTheCosineIsThatOfTheAuthorsCode() {
        LearningRate rate = new LearningRate.Cosine(0.2, 5e-5, 20, 0.1, true);
        assertThat(rate.at(new Progress(1, 100, 7, 10))).isCloseTo(0.029, within(1e-12));
        assertThat(rate.at(epoch(19, 100))).isCloseTo(0.191, within(1e-12));
        assertThat(rate.at(epoch(20, 100))).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(epoch(60, 100))).isCloseTo((0.2 + 5e-5) / 2, within(1e-12));
        assertThat(rate.at(epoch(100, 100))).isCloseTo(5e-5, within(1e-12));
    }

    @Test
    void badRatesAreRefusedInOneSentence() {
        assertThatThrownBy(() -> new LearningRate.Cosine(-0.1, 0, 0, 0, false))
                .isInstanceOf(BadInput.class)
                .hasMessage("start must be greater than 0, found -0.1");
        assertThatThrownBy(() -> new LearningRate.Steps(0.1, List.of(30, 20), 0.1, 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("milestones must rise");
    }

    @Test
    void theDynamicMaskGrowsInThreePhasesFromFivePercentToAll() {
        TopK mask = TopK.Dynamic.DEFAULTS;
        int[] k = IntStream.rangeClosed(1, 101)
                .map(e -> mask.k(epoch(e, 101), 100))
                .toArray();
        assertThat(k[0]).isEqualTo(5);
        assertThat(k[15]).isBetween(27, 28); // half of the easy phase
        assertThat(IntStream.rangeClosed(30, 70).map(i -> k[i])).containsOnly(50);
        assertThat(k[85]).isBetween(74, 75); // half of the hard phase
        assertThat(k[100]).isEqualTo(99);
        assertThat(IntStream.range(1, 101).allMatch(i -> k[i] >= k[i - 1])).isTrue();
    }

    @Test
    void everyMaskKeepsBetweenOneAndAllNonTargetClassesAndNoMaskKeepsAll() {
        for (Object kind : TopK.kinds().values()) {
            TopK mask = (TopK) kind;
            for (int classes : new int[] {2, 3, 10, 1000}) {
                for (int e = 1; e <= 7; e++) {
                    int k = mask.k(epoch(e, 7), classes);
                    if (kind instanceof TopK.All) {
                        assertThat(k).isEqualTo(classes);
                    } else {
                        int most = kind instanceof TopK.Fixed fixed ? Math.max(fixed.k(), classes - 1) : classes - 1;
                        assertThat(k).isBetween(1, most);
                    }
                }
                assertThat(mask.k(epoch(1, 1), classes)).isPositive();
            }
        }
    }

    @Test
    void aMaskLargerThanTheClassesIsRefused() {
        assertThatThrownBy(() -> new TopK.Fixed(100).check(100))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mask.k is 100")
                .hasMessageContaining("100 classes");
        assertThatThrownBy(() -> new TopK.Dynamic(0.05, 10, 0.3, 0.7).check(10)).isInstanceOf(BadInput.class);
    }
}
