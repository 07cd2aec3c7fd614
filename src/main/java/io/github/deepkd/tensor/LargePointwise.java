package io.github.deepkd.tensor;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A fault of oneDNN in libtorch 2.10: it divides by zero, which ends the process, when it plans a 1x1 convolution of many
 * channels on a processor that does not tell the sizes of its caches (some virtual machines). There such a convolution
 * is computed as the matrix product that it is. PyTorch 2.13 is free of the fault.
 */
final class LargePointwise {

    private static final Path CPU = Path.of("/sys/devices/system/cpu/cpu0");
    private static final boolean CACHES_UNTOLD = Files.exists(CPU) && !Files.exists(CPU.resolve("cache"));

    /** 256 inputs and 1024 outputs is the smallest that was seen to fail; none of fewer weights did. */
    private static final long MANY = 256 * 1024;

    private LargePointwise() {}

    /** @param weight [Co, Ci, kH, kW] */
    static boolean crashes(Tensor weight) {
        return CACHES_UNTOLD && weight.size(2) == 1 && weight.size(3) == 1 && weight.numel() >= MANY;
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
