package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.image.Picture;
import java.util.SplittableRandom;

/**
 * A random crop of the image's own size after zero padding, black before normalisation, then a horizontal flip in half of
 * the cases: torchvision's {@code RandomCrop(size, padding)} and {@code RandomHorizontalFlip()}.
 *
 * @param padding pixels added on each side
 */
public record Crop(int padding, boolean flip) implements Augmentation {

    /** What the field trains CIFAR with. */
    public static final Crop DEFAULTS = new Crop(4, true);

    public Crop {
        if (padding < 0) {
            throw new BadInput("padding must be 0 or more, found " + padding);
        }
    }

    @Override
    public Picture apply(Original image, SplittableRandom random) {
        return place(random).apply(image.plain());
    }

    /** Where the crop lies and whether it is mirrored. */
    Placement place(SplittableRandom random) {
        int down = random.nextInt(2 * padding + 1) - padding;
        int right = random.nextInt(2 * padding + 1) - padding;
        return new Placement(down, right, flip && random.nextBoolean());
    }

    /** A crop that starts {@code down} and {@code right} of the image's own corner (or above and left, where negative). */
    record Placement(int down, int right, boolean mirrored) {

        static final Placement IDENTITY = new Placement(0, 0, false);

        Picture apply(Picture image) {
            int height = image.height();
            int width = image.width();
            byte[] placed = new byte[image.planes().length];
            for (int c = 0; c < image.channels(); c++) {
                for (int y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
                    row(image.planes(), (c * height + y + down) * width, placed, (c * height + y) * width, width);
                }
            }
            return new Picture(image.channels(), height, width, placed);
        }

        private void row(byte[] from, int source, byte[] to, int target, int width) {
            int step = mirrored ? -1 : 1;
            int first = Math.max(0, right);
            int at = mirrored ? target + width - 1 - (first - right) : target + first - right;
            for (int x = first; x < Math.min(width, width + right); x++, at += step) {
                to[at] = from[source + x];
            }
        }
    }
}
