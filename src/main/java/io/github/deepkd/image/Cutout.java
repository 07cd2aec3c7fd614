package io.github.deepkd.image;

import java.util.Arrays;

/** A grey rectangle over a part of a picture (DeVries and Taylor 2017). */
public final class Cutout {

    /** Red, green and blue of about ImageNet's mean. */
    private static final int[] COLOUR = {125, 123, 114};

    private Cutout() {}

    /** Covers the pixels from {@code left} to {@code right} and {@code top} to {@code bottom}, all of them included. */
    public static Picture apply(Picture image, int left, int top, int right, int bottom) {
        byte[] covered = image.planes().clone();
        int end = Math.min(right, image.width() - 1) + 1;
        for (int c = 0; c < image.channels(); c++) {
            byte level = (byte) (image.channels() == 1 ? Picture.luma(COLOUR[0], COLOUR[1], COLOUR[2]) : COLOUR[c]);
            for (int y = top; y <= Math.min(bottom, image.height() - 1); y++) {
                int row = (c * image.height() + y) * image.width();
                Arrays.fill(covered, row + left, row + end, level);
            }
        }
        return image.with(covered);
    }
}
