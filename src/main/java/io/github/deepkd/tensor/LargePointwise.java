package io.github.deepkd.tensor;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A fault of oneDNN in libtorch 2.10: on some virtual machines, whose processor does not tell the sizes of its caches, a
 * 1x1 convolution of many channels comes out wrong or ends the process by a division by zero. Where a small one comes
 * out wrong, the large ones are computed as the matrix products that they are. PyTorch 2.13 is free of the fault.
 */
final class LargePointwise {

    /** 256 inputs and 512 outputs is the smallest that was seen to fail, 128 and 256 was always right. */
    private static final long MANY = 128 * 256 + 1;

    private LargePointwise() {}

    /** Asked once, and only of processes that have such a convolution. */
    private static final class Fault {
        static final boolean PRESENT = Torch.noGrad(Fault::isPresent);

        /** One of those that come out wrong and do not end the process; small integers, so that no order of sums matters. */
        private static boolean isPresent() {
            try (TensorScope probe = TensorScope.open()) {
                Tensor x = Torch.channelsLast(integers(7, 2, 256, 4, 4));
                Tensor weight = integers(5, 512, 256, 1, 1);
                long[] stride = {2, 2};
                Tensor convolved =
                        torch.conv2d(x, weight, new TensorOptional(), stride, new long[] {0, 0}, new long[] {1, 1}, 1);
                return !Torch.equal(convolved, convolve(x, weight, null, 2));
            }
        }

        private static Tensor integers(int modulus, long... shape) {
            float[] values = new float[(int) (shape[0] * shape[1] * shape[2] * shape[3])];
            for (int i = 0; i < values.length; i++) {
                values[i] = i * 31 % modulus - modulus / 2;
            }
            return Torch.tensor(values, shape);
        }
    }

    /** @param weight [Co, Ci, kH, kW] */
    static boolean fails(Tensor weight) {
        return weight.size(2) == 1 && weight.size(3) == 1 && weight.numel() >= MANY && Fault.PRESENT;
    }

    /** {@code x} [N, Ci, H, W], {@code weight} [Co, Ci, 1, 1], without padding or groups; the output's channels innermost. */
    static Tensor convolve(Tensor x, Tensor weight, @Nullable Tensor bias, int stride) {
        Tensor pixels = everyNth(everyNth(x, 2, stride), 3, stride).permute(0, 2, 3, 1);
        Tensor matrix = weight.view(weight.size(0), weight.size(1));
        TensorOptional added = bias == null ? new TensorOptional() : new TensorOptional(bias);
        return torch.linear(pixels, matrix, added).permute(0, 3, 1, 2);
    }

    private static Tensor everyNth(Tensor x, int dim, int n) {
        return n == 1 ? x : x.slice(dim, new LongOptional(0), new LongOptional(x.size(dim)), n);
    }
}
