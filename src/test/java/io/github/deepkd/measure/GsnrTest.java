package io.github.deepkd.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.loss.Component;
import io.github.deepkd.report.Measured;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GsnrTest {

    private static Tensor vector(double... values) {
        return Torch.tensor(values, values.length);
    }

    private static GradientMeter meter(Map<String, Long> weights, double[]... batches) {
        GradientMeter meter = new GradientMeter(Set.of(Component.TASK), weights, vector(batches[0]));
        for (double[] batch : batches) {
            meter.add(Map.of(Component.TASK, vector(batch)));
        }
        return meter;
    }

    @Test
    void theRatiosAreThoseWorkedOutByHand() {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Long> weights = new LinkedHashMap<>();
            weights.put("conv", 1L);
            weights.put("fc", 2L);
            // means 2, 0, 5; variances (n - 1 = 4) 1, 4, 0: the last one never differs and is left out
            GradientMeter meter = meter(
                    weights,
                    new double[] {1, -2, 5},
                    new double[] {3, 2, 5},
                    new double[] {1, -2, 5},
                    new double[] {3, 2, 5},
                    new double[] {2, 0, 5});
            GsnrEstimate all = meter.overall().get(Component.TASK);
            assertThat(all.plain()).isCloseTo((4.0 / 1 + 0.0 / 4) / 2, within(1e-12));
            assertThat(all.corrected()).isCloseTo(2.0 / 4 * 2 - 1.0 / 5, within(1e-12));
            assertThat(all.pooled()).isCloseTo(4.0 / 5 - 1.0 / 5, within(1e-12));
            assertThat(meter.layers().get("conv").get("task")).isCloseTo(2.0 / 4 * 4 - 0.2, within(1e-12));
            assertThat(meter.layers().get("fc").get("task")).isCloseTo(-0.2, within(1e-12));
        }
    }

    /** 200,000 parameters of one true ratio: their mean is off by a few thousandths. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 2})
    void ofFewBatchesTheCorrectedRatioIsRightWhereThePlainOneIsFarTooHigh(double ratio) {
        Random random = new Random(7);
        int parameters = 200_000;
        int n = 8;
        try (TensorScope scope = TensorScope.open()) {
            double[][] batches = new double[n][];
            for (int b = 0; b < n; b++) {
                batches[b] = random.doubles(parameters)
                        .map(unused -> Math.sqrt(ratio) * 3 + 3 * random.nextGaussian())
                        .toArray();
            }
            GsnrEstimate estimate =
                    meter(Map.of("all", (long) parameters), batches).overall().get(Component.TASK);
            assertThat(estimate.corrected()).isCloseTo(ratio, within(0.02 * (1 + ratio)));
            assertThat(estimate.pooled()).isCloseTo(ratio, within(0.02 * (1 + ratio)));
            assertThat(estimate.plain()).isCloseTo((ratio + 1.0 / n) * 7 / 5, within(0.03 * (1 + ratio)));
        }
    }

    @Test
    void aStrongSignalInFloat32DoesNotCancel() {
        try (TensorScope scope = TensorScope.open()) {
            Gsnr gsnr = new Gsnr(Torch.tensor(new float[] {0}, 1));
            for (float noise : new float[] {-0.001f, 0.001f, -0.001f, 0.001f, -0.001f, 0.001f}) {
                gsnr.add(Torch.tensor(new float[] {1 + noise}, 1));
            }
            double variance = gsnr.sums(0, 1).variances();
            assertThat(variance).isCloseTo(1.2e-6, within(1e-9));
        }
    }

    @Test
    void afterClearingNothingIsLeft() {
        try (TensorScope scope = TensorScope.open()) {
            Gsnr gsnr = new Gsnr(vector(0, 0));
            gsnr.add(vector(1, 2));
            gsnr.clear();
            assertThat(gsnr.batches()).isZero();
            gsnr.state().values().forEach(tensor -> assertThat(Torch.doubles(tensor))
                    .containsOnly(0));
        }
    }

    @Test
    void gradientsAreComparedWithEachOtherAndWithTheUpdate() {
        try (TensorScope scope = TensorScope.open()) {
            Map<Component, Tensor> gradients = new EnumMap<>(Component.class);
            gradients.put(Component.NON_TARGET, vector(0, 0));
            gradients.put(Component.TASK, vector(3, 4));
            gradients.put(Component.TARGET, vector(-8, -6));
            Map<String, Double> cosines = GradientMeter.cosines(gradients);
            assertThat(cosines.keySet()).containsExactly("task/target", "task/non-target", "target/non-target");
            assertThat(cosines.get("task/target")).isCloseTo(-0.96, within(1e-12));
            assertThat(cosines.get("task/non-target")).isZero();
            Measured.Gradient task = GradientMeter.components(
                            Map.of(Component.TASK, new GsnrEstimate(1, 2, 3)), gradients, vector(5, 0))
                    .get("task");
            assertThat(task).isEqualTo(new Measured.Gradient(1, 2, 3, 5, 0.6));
        }
    }

    @Test
    void aVelocitysAgeIsThatOfItsGradientsByTheirWeight() {
        double expected = (0.9 + 2 * 0.81 + 3 * 0.729) / (1 + 0.9 + 0.81 + 0.729);
        assertThat(GradientMeter.age(0.9, 4)).isCloseTo(expected, within(1e-12));
        assertThat(GradientMeter.age(0.9, 1)).isCloseTo(0, within(1e-12));
        assertThat(GradientMeter.age(0.975, 10_000)).isCloseTo(39, within(1e-9));
        assertThat(GradientMeter.age(0, 5)).isZero();
    }
}
