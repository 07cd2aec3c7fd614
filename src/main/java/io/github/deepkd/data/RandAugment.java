package io.github.deepkd.data;

import io.github.deepkd.image.Cutout;
import io.github.deepkd.image.Operation;
import io.github.deepkd.image.Picture;
import java.util.SplittableRandom;

/**
 * RandAugment (Cubuk et al. 2020) as FixMatch and the code of DeepKD have it: two operations drawn with replacement, each at
 * a strength drawn uniformly from its range, then a square cutout of a side drawn uniformly up to half of the width.
 */
final class RandAugment {

    private static final Operation[] OPERATIONS = Operation.values();

    private RandAugment() {}

    static Picture apply(Picture image, SplittableRandom random) {
        return cutout(operation(operation(image, random), random), random);
    }

    private static Picture operation(Picture image, SplittableRandom random) {
        Operation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
        return operation.apply(image, operation.strength(random.nextDouble()));
    }

    /** The square is cut off at the upper and left edges before its right and lower sides are measured, as in their code. */
    private static Picture cutout(Picture image, SplittableRandom random) {
        double side = random.nextDouble() * 0.5 * image.width();
        int left = (int) Math.max(0, centre(image.width(), random) - side / 2);
        int top = (int) Math.max(0, centre(image.height(), random) - side / 2);
        return side == 0 ? image : Cutout.apply(image, left, top, (int) (left + side), (int) (top + side));
    }

    /** Uniform from 1 to {@code side}: NumPy's {@code uniform(side)} has its argument for the lower end, and 1 for the upper. */
    private static double centre(int side, SplittableRandom random) {
        return side + (1 - side) * random.nextDouble();
    }
}
