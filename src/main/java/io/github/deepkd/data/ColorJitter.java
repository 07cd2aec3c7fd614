package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.image.ColorChange;
import io.github.deepkd.image.Picture;
import java.util.SplittableRandom;

/**
 * Random changes of colour in a random order: torchvision's {@code ColorJitter}. Each strength at 0 leaves its part out.
 *
 * @param brightness the factor is drawn from 1 - brightness (but at least 0) to 1 + brightness; contrast and saturation alike
 * @param hue the turn is drawn from -hue to hue, shares of the whole circle
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue) {

    public static final ColorJitter NONE = new ColorJitter(0, 0, 0, 0);

    public ColorJitter {
        requireStrength("brightness", brightness, Double.MAX_VALUE);
        requireStrength("contrast", contrast, Double.MAX_VALUE);
        requireStrength("saturation", saturation, Double.MAX_VALUE);
        requireStrength("hue", hue, 0.5);
    }

    private static void requireStrength(String key, double strength, double most) {
        if (!(strength >= 0 && strength <= most)) {
            throw new BadInput(
                    key + " must be 0 or more" + (most < 1 ? " and at most " + most : "") + ", found " + strength);
        }
    }

    Picture apply(Picture image, SplittableRandom random) {
        if (equals(NONE)) {
            return image;
        }
        Picture changed = image;
        for (ColorChange change : shuffled(random)) {
            double strength = strength(change);
            changed = strength == 0 ? changed : change.apply(changed, amount(change, strength, random));
        }
        return changed;
    }

    private static ColorChange[] shuffled(SplittableRandom random) {
        ColorChange[] order = ColorChange.values();
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            ColorChange swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private double strength(ColorChange change) {
        return switch (change) {
            case BRIGHTNESS -> brightness;
            case CONTRAST -> contrast;
            case SATURATION -> saturation;
            case HUE -> hue;
        };
    }

    private static double amount(ColorChange change, double strength, SplittableRandom random) {
        double middle = change == ColorChange.HUE ? 0 : 1;
        double least = change == ColorChange.HUE ? -strength : Math.max(0, middle - strength);
        return least + (middle + strength - least) * random.nextDouble();
    }
}
