package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.util.SplittableRandom;

/**
 * A random crop of the image's own size after zero padding, black before normalisation, then a horizontal flip in half of
 * the cases: torchvision's {@code RandomCrop(size, padding)} and {@code RandomHorizontalFlip()}.
 *
 * @param padding pixels added on each side
 */
public record Augmentation(int padding, boolean flip) {

    public static final Augmentation NONE = new Augmentation(0, false);

    /** What the field trains CIFAR with. */
    public static final Augmentation CIFAR = new Augmentation(4, true);

    public Augmentation {
        if (padding < 0) {
            throw new BadInput("padding must be 0 or more, found " + padding);
        }
    }

    /** Where the crop lies and whether it is mirrored: a pure function of the arguments. */
    Placement place(long seed, int epoch, int image) {
        SplittableRandom random = CounterRandom.of(seed, epoch, image);
        int down = random.nextInt(2 * padding + 1) - padding;
        int right = random.nextInt(2 * padding + 1) - padding;
        return new Placement(down, right, flip && random.nextBoolean());
    }

    /** A crop that starts {@code down} and {@code right} of the image's own corner (or above and left, where negative). */
    record Placement(int down, int right, boolean mirrored) {

        static final Placement IDENTITY = new Placement(0, 0, false);

        /** Fills {@code to} with the crop of {@code from}, both {@code [C, H, W]}. */
        void apply(Shape shape, byte[] from, byte[] to) {
            for (int c = 0; c < shape.channels(); c++) {
                for (int y = 0; y < shape.height(); y++) {
                    int source = y + down;
                    boolean inside = source >= 0 && source < shape.height();
                    int target = (c * shape.height() + y) * shape.width();
                    row(from, inside ? (c * shape.height() + source) * shape.width() : -1, to, target, shape.width());
                }
            }
        }

        private void row(byte[] from, int source, byte[] to, int target, int width) {
            int step = mirrored ? -1 : 1;
            int at = mirrored ? target + width - 1 : target;
            for (int x = right; x < width + right; x++, at += step) {
                to[at] = source >= 0 && x >= 0 && x < width ? from[source + x] : 0;
            }
        }
    }
}
