package io.github.deepkd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.train.Phase;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepMeterTest {

    private final AtomicInteger firstSteps = new AtomicInteger();

    @Test
    void phasesLeaveNoGapsSoTheyAddUpToTheStepAndToTheWallClock() {
        StepMeter meter = new StepMeter(0, 3, firstSteps::incrementAndGet);
        long started = System.nanoTime();
        steps(meter, 3);
        meter.end();
        double wall = (System.nanoTime() - started) / 1e6;
        assertThat(meter.count()).isEqualTo(3);
        assertThat(Arrays.stream(meter.ms()).sum()).isBetween(3 * 2.0 * Phase.values().length, wall);
        for (int step = 0; step < 3; step++) {
            int i = step;
            double phases = Arrays.stream(Phase.values())
                    .mapToDouble(phase -> meter.ms(phase)[i])
                    .sum();
            assertThat(meter.ms()[i]).isCloseTo(phases, within(1e-9));
        }
    }

    @Test
    void stepsOfTheWarmUpDoNotCount() {
        StepMeter meter = new StepMeter(2, 1, firstSteps::incrementAndGet);
        steps(meter, 3);
        meter.end();
        assertThat(meter.count()).isEqualTo(1);
        assertThat(meter.ms()).hasSize(1);
        assertThat(meter.ms(Phase.BACKWARD)).hasSize(1);
    }

    @Test
    void theTimeBetweenTwoEpochsIsNoStepsTime() throws InterruptedException {
        StepMeter meter = new StepMeter(0, 2, firstSteps::incrementAndGet);
        steps(meter, 1);
        meter.end();
        Thread.sleep(500);
        steps(meter, 1);
        meter.end();
        assertThat(meter.ms(Phase.REST)[0]).isLessThan(500);
    }

    @Test
    void theFirstStepsEndIsToldOnce() {
        StepMeter meter = new StepMeter(1, 2, firstSteps::incrementAndGet);
        steps(meter, 3);
        assertThat(firstSteps).hasValue(1);
    }

    @Test
    void fewStepsTellNothingOfResidentMemory() {
        StepMeter meter = new StepMeter(0, 2, firstSteps::incrementAndGet);
        steps(meter, 2);
        meter.end();
        assertThat(meter.residentGrowth()).isNull();
        assertThat(meter.objectGrowth()).isZero();
    }

    /** Each phase of two milliseconds or more. */
    private static void steps(StepMeter meter, int count) {
        for (int i = 0; i < count; i++) {
            for (Phase phase : Phase.values()) {
                meter.enter(phase);
                spin();
            }
        }
    }

    private static void spin() {
        long started = System.nanoTime();
        while (System.nanoTime() - started < 2_000_000) {
            Thread.onSpinWait();
        }
    }
}
