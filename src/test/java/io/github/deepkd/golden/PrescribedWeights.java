package io.github.deepkd.golden;

import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.Torch;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.Tensor;

/** Weights that follow from a tag and their names, so that they need not be stored; the golden folder's README has them. */
final class PrescribedWeights {

    private PrescribedWeights() {}

    /** The numbers in (0, 1) that {@code name} stands for, u(name, 0) to u(name, count - 1). */
    static double[] u(String tag, String name, int count) {
        int h = crc32(tag + "/" + name);
        double[] values = new double[count];
        for (int j = 0; j < count; j++) {
            int x = h * 0x9E3779B1 + j * 0x85EBCA6B;
            x = (x ^ (x >>> 16)) * 0x7FEB352D;
            x = (x ^ (x >>> 15)) * 0x846CA68B;
            x ^= x >>> 16;
            values[j] = (Integer.toUnsignedLong(x) + 0.5) / 0x1p32;
        }
        return values;
    }

    static int crc32(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    /** Fills every tensor of {@code model}, which is returned. */
    static Model fill(Model model, String tag) {
        Torch.noGrad(() -> model.tensors().forEach((key, tensor) -> fill(tag, model.name(), key, tensor)));
        model.loaded();
        return model;
    }

    private static void fill(String tag, String model, String key, Tensor tensor) {
        if (key.endsWith("num_batches_tracked")) {
            return;
        }
        double[] v = u(tag, model + "." + key, Math.toIntExact(tensor.numel()));
        long[] shape = Torch.shape(tensor);
        double bound = shape.length > 1 ? Math.sqrt(6.0 / ((double) tensor.numel() / shape[0])) : 0;
        boolean scale = key.endsWith("running_var") || key.endsWith("weight");
        for (int j = 0; j < v.length; j++) {
            v[j] = shape.length > 1 ? (2 * v[j] - 1) * bound : scale ? 0.5 + v[j] : (v[j] - 0.5) * 0.2;
        }
        tensor.copy_(Torch.tensor(v, shape));
    }
}
