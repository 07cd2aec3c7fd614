package io.github.deepkd.image;

/** Turns the hue of every pixel, through Pillow's HSV of 8 bits each. */
final class Hue {

    private Hue() {}

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
        int range = value - Math.min(red, Math.min(green, blue));
        if (range == 0) {
            return value * 0x010101;
        }
        int saturation = (int) ((float) range / value * 255.0);
        return rgb(hue(red, green, blue, value, range) + steps & 0xFF, saturation, value);
    }

    /** 0 to 255 from red over green and blue. */
    private static int hue(int red, int green, int blue, int value, float range) {
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
        return (int) (circle * 255.0);
    }

    private static int rgb(int hue, int saturation, int value) {
        if (saturation == 0) {
            return value * 0x010101;
        }
        int sixth = (int) Math.floor(hue * 6.0 / 255.0);
        float rest = (float) (hue * 6.0 / 255.0 - sixth);
        float share = (float) (saturation / 255.0);
        int low = rounded(value * (1.0 - share));
        int falling = rounded(value * (1.0 - share * rest));
        int rising = rounded(value * (1.0 - share * (1.0 - rest)));
        return switch (sixth % 6) {
            case 0 -> packed(value, rising, low);
            case 1 -> packed(falling, value, low);
            case 2 -> packed(low, value, rising);
            case 3 -> packed(low, falling, value);
            case 4 -> packed(rising, low, value);
            default -> packed(value, low, falling);
        };
    }

    private static int rounded(double level) {
        return (int) (level + 0.5);
    }

    private static int packed(int red, int green, int blue) {
        return red << 16 | green << 8 | blue;
    }
}
