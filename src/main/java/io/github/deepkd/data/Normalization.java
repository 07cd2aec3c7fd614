package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.util.List;

/** Per channel {@code (v / 255 - mean) / std}, for bytes {@code v}; mean and standard deviation are in [0, 1]. */
public record Normalization(List<Double> mean, List<Double> std) {

    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || mean.size() != std.size()) {
            throw new BadInput(
                    "a normalisation needs one mean and one std a channel, found mean " + mean + " and std " + std);
        }
        if (!mean.stream().allMatch(Double::isFinite) || !std.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
            throw new BadInput("a normalisation's means must be finite and its std greater than 0, found mean " + mean
                    + " and std " + std);
        }
    }

    /** Refuses images of another number of channels. */
    public void check(Shape shape) {
        if (mean.size() != shape.channels()) {
            throw new BadInput("the normalisation has " + mean.size() + " channels, but the images have "
                    + shape.channels() + ": give one mean and one std a channel");
        }
    }

    /** {@code [C, 256]}: what each byte becomes; in float32 step by step, so bit-equal to torchvision's. */
    public float[][] table() {
        float[][] table = new float[mean.size()][256];
        for (int c = 0; c < table.length; c++) {
            float m = mean.get(c).floatValue();
            float s = std.get(c).floatValue();
            for (int v = 0; v < 256; v++) {
                table[c][v] = (v / 255f - m) / s;
            }
        }
        return table;
    }
}
