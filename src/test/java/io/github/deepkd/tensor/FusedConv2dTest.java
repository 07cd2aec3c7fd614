package io.github.deepkd.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedConv2dTest {

    private final int threadsBefore = Torch.threads();

    @BeforeEach
    void shareTheWork() {
        Torch.threads(2);
    }

    @AfterEach
    void leaveTheNumberOfThreadsAsItWas() {
        Torch.threads(threadsBefore);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64, 1e-14",
        "FLOAT32, 1e-5",
        "BFLOAT16, 0.02",
    })
    void itIsAConvolutionWithABiasASumAndAReluWhateverTheShape(Precision precision, double bound) {
        for (int batch : new int[] {1, 3}) {
            for (int channels : new int[] {1, 16}) {
                for (int size : new int[] {1, 2, 5}) {
                    for (int kernel : new int[] {1, 3}) {
                        for (int stride : new int[] {1, 2}) {
                            check(precision, bound, batch, channels, size, kernel, stride);
                        }
                    }
                }
            }
        }
    }

    /** Batches for which Winograd's way is taken, with edges that tiles do not meet and some that they do. */
    @ParameterizedTest
    @CsvSource({
        "64, 64, 8, 8, 32",
        "64, 80, 14, 7, 9",
        "96, 64, 7, 31, 7",
        "128, 65, 32, 4, 9",
    })
    void tilesGiveTheSameWhateverTheEdges(int inputs, int outputs, int height, int width, int imagesPerThread) {
        long[] images = {(long) imagesPerThread * Torch.threads(), inputs, height, width};
        assertThat(pays(images)).isTrue();
        check(Precision.FLOAT32, 3e-5, images, outputs, 3, 1);
    }

    /** Whichever of the two this processor's own way is. */
    @ParameterizedTest
    @CsvSource({
        "64, 64, 8, 32",
        "128, 192, 12, 9",
        "64, 80, 14, 20",
        "256, 512, 4, 70",
    })
    void smallProductsGiveTheSameAsLargeOnes(int inputs, int outputs, int side, int images) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor weight = normal(Precision.FLOAT32, outputs, inputs, 3, 3);
            Tensor bias = normal(Precision.FLOAT32, outputs);
            Tensor x = Torch.channelsLast(normal(Precision.FLOAT32, images, inputs, side, side));
            Tensor plain = Torch.conv2d(x, weight, bias, 1, 1, 1);
            for (boolean small : new boolean[] {false, true}) {
                Winograd conv = new Winograd(weight, bias, small);
                assertClose(conv.of(x, true), Torch.relu(plain), 3e-5);
                assertClose(conv.addTo(Torch.channelsLast(plain.clone()), x, false), Torch.add(plain, plain), 3e-5);
            }
        }
    }

    @Test
    void tilesAreForBatchesForSidesThatTheyMeetAndForWhatABufferHolds() {
        int threads = Torch.threads();
        assertThat(pays(16L * threads, 64, 8, 8)).isTrue();
        assertThat(pays(16L * threads - 1, 64, 8, 8)).isFalse();
        assertThat(pays(1000L * threads, 64, 7, 7)).isTrue();
        assertThat(pays(1000L * threads, 64, 5, 5)).isFalse();
        assertThat(pays(1L << 29, 64, 8, 8)).isFalse();
    }

    private static boolean pays(long... images) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor weight = normal(Precision.FLOAT32, 64, images[1], 3, 3);
            Winograd conv = new Winograd(weight, normal(Precision.FLOAT32, 64));
            return conv.pays(Torch.shapeOnly(Precision.FLOAT32, images));
        }
    }

    private static void check(
            Precision precision, double bound, int batch, int channels, int size, int kernel, int stride) {
        check(precision, bound, new long[] {batch, channels, size, size}, channels, kernel, stride);
    }

    private static void check(Precision precision, double bound, long[] images, int outputs, int kernel, int stride) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor weight = normal(precision, outputs, images[1], kernel, kernel);
            Tensor bias = normal(precision, outputs);
            Tensor x = Torch.channelsLast(Torch.compute(normal(precision, images), precision));
            FusedConv2d fused = new FusedConv2d(weight, bias, stride, 1, precision);
            Tensor plain = Torch.conv2d(
                    x, Torch.compute(weight, precision), Torch.compute(bias, precision), stride, kernel / 2, 1);
            assertClose(fused.of(x, false), plain, bound);
            assertClose(fused.of(x, true), Torch.relu(plain), bound);
            Tensor y = Torch.compute(normal(precision, Torch.shape(plain)), precision);
            Tensor sum = Torch.add(y, plain);
            assertClose(fused.addTo(Torch.channelsLast(y.clone()), x, false), sum, bound);
            assertClose(fused.addTo(Torch.channelsLast(y.clone()), x, true), Torch.relu(sum), bound);
        }
    }

    private static Tensor normal(Precision precision, long... shape) {
        Tensor x = Torch.zeros(precision, shape);
        Torch.normal_(x, 0, 1);
        return x;
    }

    private static void assertClose(Tensor actual, Tensor expected, double bound) {
        double[] wanted = Torch.doubles(expected);
        double[] found = Torch.doubles(actual);
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Math.abs(found[i] - wanted[i])).isLessThanOrEqualTo(bound * Math.max(1, largest));
        }
    }
}
