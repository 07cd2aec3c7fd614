package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.image.Box;
import io.github.deepkd.image.Picture;
import java.util.SplittableRandom;

/**
 * A random part of the image resized to the split's shape, a horizontal flip in half of the cases, then changes of colour:
 * torchvision's {@code RandomResizedCrop}, {@code RandomHorizontalFlip} and {@code ColorJitter}.
 *
 * @param scaleFrom the least share of the image's area
 * @param scaleTo the greatest share
 * @param ratioFrom the least ratio of width to height, drawn evenly on a logarithmic scale
 * @param ratioTo the greatest ratio
 */
public record ResizedCrop(
        double scaleFrom, double scaleTo, double ratioFrom, double ratioTo, boolean flip, ColorJitter colorJitter)
        implements Augmentation {

    /** What the field trains ImageNet with. */
    public static final ResizedCrop DEFAULTS = new ResizedCrop(0.08, 1, 3 / 4.0, 4 / 3.0, true, ColorJitter.NONE);

    private static final int TRIES = 10;

    public ResizedCrop {
        if (!(scaleFrom > 0 && scaleFrom <= scaleTo && scaleTo <= 1)) {
            throw new BadInput("scale-from must be greater than 0 and at most scale-to, and that at most 1, found "
                    + scaleFrom + " and " + scaleTo);
        }
        if (!(ratioFrom > 0 && ratioFrom <= ratioTo && Double.isFinite(ratioTo))) {
            throw new BadInput(
                    "ratio-from must be greater than 0 and at most ratio-to, found " + ratioFrom + " and " + ratioTo);
        }
    }

    /** The same with other changes of colour. */
    public ResizedCrop with(ColorJitter other) {
        return new ResizedCrop(scaleFrom, scaleTo, ratioFrom, ratioTo, flip, other);
    }

    @Override
    public Picture apply(Original image, SplittableRandom random) {
        Box box = box(image.height(), image.width(), random);
        return colorJitter.apply(image.resized(box, flip && random.nextBoolean()), random);
    }

    /** Where the part lies in an image of that size. */
    Box box(int height, int width, SplittableRandom random) {
        for (int i = 0; i < TRIES; i++) {
            double area = height * (double) width * between(scaleFrom, scaleTo, random);
            double ratio = Math.exp(between(Math.log(ratioFrom), Math.log(ratioTo), random));
            int w = (int) Math.rint(Math.sqrt(area * ratio));
            int h = (int) Math.rint(Math.sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                return new Box(random.nextInt(height - h + 1), random.nextInt(width - w + 1), h, w);
            }
        }
        return centre(height, width);
    }

    /** The greatest part in the middle whose ratio is allowed. */
    private Box centre(int height, int width) {
        int h = Math.max(1, Math.min(height, (int) Math.rint(width / ratioFrom)));
        int w = Math.max(1, Math.min(width, (int) Math.rint(height * ratioTo)));
        return new Box((height - h) / 2, (width - w) / 2, h, w);
    }

    private static double between(double from, double to, SplittableRandom random) {
        return from + (to - from) * random.nextDouble();
    }
}
