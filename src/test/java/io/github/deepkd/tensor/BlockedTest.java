package io.github.deepkd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockedTest {

    /** In the network below 3 x 2 x 2 values make a channel's statistics, so a biased variance is a twelfth off. */
    private static final int CHANNELS = 32;

    /** What a training step of a small network yields. */
    private record Outcome(Tensor pooled, List<Tensor> gradients, Tensor mean, Tensor variance) {}

    @BeforeEach
    void bfloat16IsThere() {
        assumeTrue(Blocked.helps(Precision.BFLOAT16), "this processor has no bfloat16 instructions that oneDNN knows");
    }

    @ParameterizedTest
    @CsvSource({"3, 1, 1", "3, 2, 1", "1, 1, 1", "1, 2, 1", "3, 1, 32"})
    void aTrainingStepIsThatOfPlainTensors(int kernel, int stride, int groups) {
        try (TensorScope scope = TensorScope.open()) {
            Outcome plain = outcome(kernel, stride, groups, Torch::channelsLast);
            Outcome blocked = outcome(kernel, stride, groups, x -> Torch.forTraining(x, Precision.BFLOAT16));
            assertClose(blocked.pooled, plain.pooled, 0.02);
            assertClose(blocked.mean, plain.mean, 0.01);
            assertClose(blocked.variance, plain.variance, 0.01);
            for (int i = 0; i < plain.gradients.size(); i++) {
                assertClose(blocked.gradients.get(i), plain.gradients.get(i), 0.04);
            }
        }
    }

    /** Convolution, normalisation, ReLU, a sum with a convolution of the input, average. */
    private static Outcome outcome(int kernel, int stride, int groups, UnaryOperator<Tensor> layout) {
        Torch.manualSeed(1);
        int size = 2 * stride;
        Tensor x = layout.apply(bfloat16(3, CHANNELS, size, size));
        Tensor w = Torch.requireGrad(bfloat16(CHANNELS, CHANNELS / groups, kernel, kernel));
        Tensor v = Torch.requireGrad(bfloat16(CHANNELS, CHANNELS, 1, 1));
        Tensor gamma = Torch.requireGrad(Torch.ones(Precision.FLOAT32, CHANNELS));
        Tensor beta = Torch.requireGrad(Torch.zeros(Precision.FLOAT32, CHANNELS));
        Tensor mean = Torch.zeros(Precision.FLOAT32, CHANNELS);
        Tensor variance = Torch.ones(Precision.FLOAT32, CHANNELS);
        Tensor convolved = Torch.conv2d(x, w, null, stride, kernel / 2, groups);
        Tensor y = Torch.relu_(Torch.batchNorm(convolved, gamma, beta, mean, variance, true));
        Tensor pooled = Torch.globalAveragePool(Torch.add_(Torch.conv2d(x, v, null, stride, 0, 1), y));
        Tensor cotangent = bfloat16(3, CHANNELS);
        Tensor[] gradients = Torch.grad(List.of(pooled), List.of(cotangent), new Tensor[] {w, v, gamma, beta}, false);
        return new Outcome(pooled, List.of(gradients), mean, variance);
    }

    @Test
    void aSumOfBothLayoutsIsPlain() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = bfloat16(2, CHANNELS, 4, 4);
            Tensor sum = Torch.add_(Torch.forTraining(x, Precision.BFLOAT16), x);
            assertThat(Blocked.is(sum)).isFalse();
            assertThat(Torch.equal(sum, Torch.add(x, x))).isTrue();
        }
    }

    private static Tensor bfloat16(long... shape) {
        Tensor x = Torch.zeros(Precision.FLOAT32, shape);
        Torch.normal_(x, 0, 1);
        return Torch.compute(x, Precision.BFLOAT16);
    }

    /** Their difference is at most that share of the expected tensor, in the Euclidean norm. */
    private static void assertClose(Tensor actual, Tensor expected, double share) {
        Tensor wanted = Torch.atLeastFloat32(expected.detach());
        Tensor difference = Torch.sub(Torch.atLeastFloat32(actual.detach()), wanted);
        assertThat(norm(difference)).isLessThanOrEqualTo(share * norm(wanted));
    }

    private static double norm(Tensor x) {
        return Math.sqrt(Torch.item(Torch.sum(Torch.mul(x, x))));
    }
}
