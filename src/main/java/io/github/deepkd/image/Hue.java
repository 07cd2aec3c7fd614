package io.github.deepkd.image;

/**
 * Turns the hue of every pixel, through Pillow's HSV of 8 bits each. What depends on two bytes is looked up, for divisions
 * and branches that no processor foresees would take most of the time.
 */
final class Hue {

    private static final int BYTES = 256;
    private static final int RED = 0;
    private static final int GREEN = 1;
    private static final int BLUE = 2;

    /** By the strongest channel, the weakest, how far below the strongest the third is, and how far the weakest. */
    private static final byte[] HUES = new byte[9 * BYTES * BYTES];

    /** By value and range. */
    private static final byte[] SATURATIONS = new byte[BYTES * BYTES];

    /** By saturation. */
    private static final float[] SHARES = new float[BYTES];

    /** By hue, what of the share the middle level lacks: in single precision where it falls, in double where it rises. */
    private static final float[] FALLING = new float[BYTES];

    private static final double[] RISING = new double[BYTES];

    /** By hue, by how many bits value, middle and lowest level are shifted: one sixth of the circle after another. */
    private static final byte[] VALUE = shifts(16, 8, 8, 0, 0, 16);

    private static final byte[] MIDDLE = shifts(8, 16, 0, 8, 16, 0);
    private static final byte[] LOWEST = shifts(0, 0, 16, 16, 8, 8);

    static {
        for (int i = 0; i < BYTES; i++) {
            SHARES[i] = (float) (i / 255.0);
            float rest = (float) (i * 6.0 / 255.0 - sixth(i));
            if (sixth(i) % 2 == 0) {
                RISING[i] = 1.0 - rest;
            } else {
                FALLING[i] = rest;
            }
        }
        for (int range = 1; range < BYTES; range++) {
            for (int value = range; value < BYTES; value++) {
                SATURATIONS[value * BYTES + range] = (byte) ((float) range / value * 255.0);
            }
            for (int below = 0; below <= range; below++) {
                setHues(below, range);
            }
        }
    }

    private Hue() {}

    private static int sixth(int hue) {
        return (int) (hue * 6.0 / 255.0);
    }

    private static byte[] shifts(int... bits) {
        byte[] shifts = new byte[BYTES];
        for (int hue = 0; hue < BYTES; hue++) {
            shifts[hue] = (byte) bits[sixth(hue) % bits.length];
        }
        return shifts;
    }

    private static void setHues(int below, int range) {
        int third = range - below;
        HUES[index(RED, GREEN, below, range)] = hue(range, 0, third);
        HUES[index(RED, BLUE, below, range)] = hue(range, third, 0);
        HUES[index(GREEN, RED, below, range)] = hue(0, range, third);
        HUES[index(GREEN, BLUE, below, range)] = hue(third, range, 0);
        HUES[index(BLUE, RED, below, range)] = hue(0, third, range);
        HUES[index(BLUE, GREEN, below, range)] = hue(third, 0, range);
    }

    private static int index(int strongest, int weakest, int below, int range) {
        return ((3 * strongest + weakest) * BYTES + below) * BYTES + range;
    }

    /** @param turn a share of the whole circle, -0.5 to 0.5; a grey picture stays as it is */
    static Picture turn(Picture image, double turn) {
        if (image.channels() == 1) {
            return image;
        }
        int plane = image.plane();
        int steps = (int) (turn * 255);
        byte[] turned = new byte[image.planes().length];
        for (int i = 0; i < plane; i++) {
            int rgb = turn(image.at(i), image.at(plane + i), image.at(2 * plane + i), steps);
            turned[i] = (byte) (rgb >> 16);
            turned[plane + i] = (byte) (rgb >> 8);
            turned[2 * plane + i] = (byte) rgb;
        }
        return image.with(turned);
    }

    private static int turn(int red, int green, int blue, int steps) {
        int value = Math.max(red, Math.max(green, blue));
        int least = Math.min(red, Math.min(green, blue));
        int range = value - least;
        if (range == 0) {
            return value * 0x010101;
        }
        int strongest = red == value ? RED : green == value ? GREEN : BLUE;
        int weakest = blue == least ? BLUE : green == least ? GREEN : RED;
        int below = 2 * value + least - red - green - blue;
        int hue = HUES[index(strongest, weakest, below, range)] & 0xFF;
        return rgb((hue + steps) & 0xFF, SATURATIONS[value * BYTES + range] & 0xFF, value);
    }

    /** 0 to 255 from red over green and blue, of three levels of which the least is 0. */
    private static byte hue(int red, int green, int blue) {
        int value = Math.max(red, Math.max(green, blue));
        float range = value;
        float noRed = (value - red) / range;
        float noGreen = (value - green) / range;
        float noBlue = (value - blue) / range;
        float sixths;
        if (red == value) {
            sixths = noBlue - noGreen;
        } else if (green == value) {
            sixths = (float) (2.0 + noRed - noBlue);
        } else {
            sixths = (float) (4.0 + noGreen - noRed);
        }
        double turned = sixths / 6.0 + 1.0; // Pillow takes the remainder by 1, which is slow and here below 2
        float circle = (float) (turned < 1.0 ? turned : turned - 1.0);
        return (byte) (circle * 255.0);
    }

    private static int rgb(int hue, int saturation, int value) {
        if (saturation == 0) {
            return value * 0x010101;
        }
        float share = SHARES[saturation];
        int lowest = rounded(value * (1.0 - share));
        int middle = rounded(value * (1.0 - (share * RISING[hue] + share * FALLING[hue]))); // one of them is 0
        return (value << VALUE[hue]) | (middle << MIDDLE[hue]) | (lowest << LOWEST[hue]);
    }

    private static int rounded(double level) {
        return (int) (level + 0.5);
    }
}
