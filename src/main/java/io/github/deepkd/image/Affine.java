package io.github.deepkd.image;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Where each pixel of the result comes from: {@code (a x + b y + c, d x + e y + f)}; the nearest pixel, black outside.
 * Pillow's {@code Image.transform(…, AFFINE)}, with 16 binary places as there.
 */
record Affine(double a, double b, double c, double d, double e, double f) {

    private static final int PLACES = 16;

    /** Counter-clockwise by {@code degrees} about the centre. */
    static Picture rotate(Picture image, double degrees) {
        double turn = -Math.toRadians(degrees < 0 ? degrees + 360 : degrees);
        double cos = fifteenDigits(StrictMath.cos(turn));
        double sin = fifteenDigits(StrictMath.sin(turn));
        double x = image.width() / 2.0;
        double y = image.height() / 2.0;
        return new Affine(cos, sin, x - (cos * x + sin * y), -sin, cos, y - (-sin * x + cos * y)).apply(image);
    }

    /** So that 30 degrees give 0.5 exactly. */
    private static double fifteenDigits(double value) {
        return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }

    static Picture shearX(Picture image, double slope) {
        return new Affine(1, slope, 0, 0, 1, 0).apply(image);
    }

    static Picture shearY(Picture image, double slope) {
        return new Affine(1, 0, 0, slope, 1, 0).apply(image);
    }

    /** To the left by {@code fraction} of the width, to the nearest pixel. */
    static Picture translateX(Picture image, double fraction) {
        return new Affine(1, 0, Math.floor(fraction * image.width() + 0.5), 0, 1, 0).apply(image);
    }

    /** Upwards by {@code fraction} of the height, to the nearest pixel. */
    static Picture translateY(Picture image, double fraction) {
        return new Affine(1, 0, 0, 0, 1, Math.floor(fraction * image.height() + 0.5)).apply(image);
    }

    private Picture apply(Picture image) {
        byte[] moved = new byte[image.planes().length];
        int stepX = fixed(a);
        int stepY = fixed(d);
        for (int y = 0; y < image.height(); y++) {
            int fromX = fixed(c + a * 0.5 + b * 0.5) + y * fixed(b);
            int fromY = fixed(f + d * 0.5 + e * 0.5) + y * fixed(e);
            for (int x = 0; x < image.width(); x++, fromX += stepX, fromY += stepY) {
                copy(image, fromX >> PLACES, fromY >> PLACES, moved, y * image.width() + x);
            }
        }
        return image.with(moved);
    }

    private static void copy(Picture image, int fromX, int fromY, byte[] moved, int to) {
        if (fromX >= 0 && fromX < image.width() && fromY >= 0 && fromY < image.height()) {
            int from = fromY * image.width() + fromX;
            for (int start = 0; start < moved.length; start += image.plane()) {
                moved[start + to] = image.planes()[start + from];
            }
        }
    }

    private static int fixed(double value) {
        return (int) Math.floor(value * (1 << PLACES) + 0.5);
    }
}
