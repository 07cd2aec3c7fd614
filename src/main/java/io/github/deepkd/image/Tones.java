package io.github.deepkd.image;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Operations that give each level of a channel another one: Pillow's {@code ImageOps}. */
final class Tones {

    private static final int LEVELS = 256;

    private interface Table {
        /** The new level for each old one, from how often each occurs in the channel. */
        IntUnaryOperator of(int[] histogram);
    }

    private Tones() {}

    /** Stretches each channel so that its darkest pixel becomes 0 and its lightest 255. */
    static Picture autoContrast(Picture image) {
        return map(image, Tones::stretch);
    }

    private static IntUnaryOperator stretch(int[] histogram) {
        int darkest = 0;
        while (histogram[darkest] == 0) {
            darkest++;
        }
        int lightest = last(histogram);
        if (darkest == lightest) {
            return IntUnaryOperator.identity();
        }
        double scale = 255.0 / (lightest - darkest);
        double offset = -darkest * scale;
        return level -> (int) (level * scale + offset);
    }

    /** Spreads each channel's levels so that all become about equally frequent. */
    static Picture equalize(Picture image) {
        return map(image, Tones::spread);
    }

    private static IntUnaryOperator spread(int[] histogram) {
        int step = (Arrays.stream(histogram).sum() - histogram[last(histogram)]) / 255;
        if (step == 0) {
            return IntUnaryOperator.identity();
        }
        int[] darker = new int[LEVELS];
        for (int level = 1; level < LEVELS; level++) {
            darker[level] = darker[level - 1] + histogram[level - 1];
        }
        return level -> (step / 2 + darker[level]) / step;
    }

    private static int last(int[] histogram) {
        int level = LEVELS - 1;
        while (histogram[level] == 0) {
            level--;
        }
        return level;
    }

    /** Keeps the upper {@code bits} of each level. */
    static Picture posterize(Picture image, int bits) {
        int mask = -1 << (8 - bits);
        return map(image, histogram -> level -> level & mask);
    }

    /** Inverts the levels from {@code threshold} on. */
    static Picture solarize(Picture image, double threshold) {
        return map(image, histogram -> level -> level < threshold ? level : 255 - level);
    }

    private static Picture map(Picture image, Table table) {
        byte[] mapped = new byte[image.planes().length];
        for (int start = 0; start < mapped.length; start += image.plane()) {
            byte[] levels = levels(table.of(histogram(image, start)));
            for (int i = start; i < start + image.plane(); i++) {
                mapped[i] = levels[image.at(i)];
            }
        }
        return image.with(mapped);
    }

    private static int[] histogram(Picture image, int start) {
        int[] histogram = new int[LEVELS];
        for (int i = start; i < start + image.plane(); i++) {
            histogram[image.at(i)]++;
        }
        return histogram;
    }

    private static byte[] levels(IntUnaryOperator table) {
        byte[] levels = new byte[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = (byte) Math.max(0, Math.min(255, table.applyAsInt(level)));
        }
        return levels;
    }
}
