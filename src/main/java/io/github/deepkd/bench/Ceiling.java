package io.github.deepkd.bench;

import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What the machine's arithmetic can do: the fastest forward pass of a few large 3x3 convolutions, with the threads in force.
 *
 * @param gflopPerS 10^9 floating-point operations a second, two a multiply-add
 * @param convolution the fastest, for people
 */
public record Ceiling(double gflopPerS, String convolution) {

    private static final int BATCH = 64;
    private static final double SECONDS_EACH = 0.5;

    private static final List<Size> SIZES =
            List.of(new Size(64, 32), new Size(128, 32), new Size(256, 16), new Size(512, 8));

    /** A convolution of as many channels as it makes, on images of {@code side} x {@code side}. */
    private record Size(int channels, int side) {

        double flop() {
            return 2.0 * BATCH * side * side * 9 * channels * channels;
        }

        @Override
        public String toString() {
            return "3x3, " + channels + " to " + channels + " channels, [" + BATCH + ", " + channels + ", " + side
                    + ", " + side + "]";
        }
    }

    static Ceiling measure(Precision precision) {
        return SIZES.stream()
                .map(size -> measure(size, precision))
                .max(Comparator.comparingDouble(Ceiling::gflopPerS))
                .orElseThrow();
    }

    private static Ceiling measure(Size size, Precision precision) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = random(precision, BATCH, size.channels, size.side, size.side);
            Tensor weight = random(precision, size.channels, size.channels, 3, 3);
            seconds(x, weight); // where oneDNN makes its code
            double best = seconds(x, weight);
            double spent = best;
            while (spent < SECONDS_EACH) {
                double seconds = seconds(x, weight);
                best = Math.min(best, seconds);
                spent += seconds;
            }
            return new Ceiling(size.flop() / best / 1e9, size.toString());
        }
    }

    private static Tensor random(Precision precision, long... shape) {
        Tensor values = Torch.zeros(precision, shape);
        Torch.normal_(
                values,
                0,
                1 / Math.sqrt(9.0 * Arrays.stream(shape).skip(1).findFirst().orElseThrow()));
        return Torch.channelsLast(Torch.compute(values, precision));
    }

    private static double seconds(Tensor x, Tensor weight) {
        long started = System.nanoTime();
        try (TensorScope run = TensorScope.open()) {
            Torch.noGrad(() -> {
                Torch.conv2d(x, weight, null, 1, 1, 1);
            });
        }
        return (System.nanoTime() - started) / 1e9;
    }
}
