package io.github.deepkd.jmh;

import io.github.deepkd.tensor.FusedConv2d;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A 3x3 convolution with bias and ReLU in float32, of 64 images as in ResNet32x4: a frozen teacher's, and libtorch's. */
public class FrozenConvolutionBenchmark extends Part {

    private static final int BATCH = 64;

    /** Of 32 x 32, 16 x 16 and 8 x 8 pixels. */
    @Param({"64", "128", "256"})
    private int channels;

    private TensorScope scope;
    private Tensor weight;
    private Tensor bias;
    private Tensor images;
    private FusedConv2d frozen;

    @Setup
    public void makeLayer() {
        scope = TensorScope.open();
        Torch.manualSeed(1);
        weight = Torch.channelsLast(normal(channels, channels, 3, 3));
        bias = normal(channels);
        int side = 64 * 32 / channels;
        images = Torch.channelsLast(normal(BATCH, channels, side, side));
        frozen = new FusedConv2d(weight, bias, 1, 1, Precision.FLOAT32);
    }

    private static Tensor normal(long... shape) {
        Tensor x = Torch.zeros(Precision.FLOAT32, shape);
        Torch.normal_(x, 0, 1);
        return x;
    }

    @TearDown
    public void free() {
        scope.close();
    }

    @Benchmark
    public long frozen() {
        try (TensorScope step = TensorScope.open()) {
            return Torch.count(frozen.of(images, true));
        }
    }

    @Benchmark
    public long libtorch() {
        try (TensorScope step = TensorScope.open()) {
            return Torch.count(Torch.noGrad(() -> Torch.relu_(Torch.conv2d(images, weight, bias, 1, 1, 1))));
        }
    }
}
