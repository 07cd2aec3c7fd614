package io.github.deepkd.image;

/**
 * Operations that mix a picture with a degenerate one, {@code degenerate + factor * (image - degenerate)}: Pillow's
 * {@code ImageEnhance}. At factor 1 the picture stays as it is, at 0 the degenerate one is left.
 */
final class Blends {

    private static final float CENTRE = 5f / 13f;
    private static final float AROUND = 1f / 13f;

    private Blends() {}

    /** Mixes with black. */
    static Picture brightness(Picture image, double factor) {
        return blend(image, 0, factor);
    }

    /** Mixes with the picture in grey. */
    static Picture color(Picture image, double factor) {
        int[] grey = image.luma();
        float alpha = (float) factor;
        byte[] blended = new byte[image.planes().length];
        for (int start = 0; start < blended.length; start += grey.length) {
            for (int i = 0; i < grey.length; i++) {
                blended[start + i] = blend(grey[i], image.at(start + i), alpha);
            }
        }
        return image.with(blended);
    }

    /** Mixes with the mean of the picture in grey. */
    static Picture contrast(Picture image, double factor) {
        long sum = 0;
        for (int level : image.luma()) {
            sum += level;
        }
        return blend(image, (int) ((double) sum / image.plane() + 0.5), factor);
    }

    /** Every pixel with one level. */
    private static Picture blend(Picture image, int from, double factor) {
        byte[] levels = new byte[256];
        for (int level = 0; level < levels.length; level++) {
            levels[level] = blend(from, level, (float) factor);
        }
        byte[] blended = new byte[image.planes().length];
        for (int i = 0; i < blended.length; i++) {
            blended[i] = levels[image.at(i)];
        }
        return image.with(blended);
    }

    /** Mixes with the picture smoothed: a pixel counts five times as much as each of its eight neighbours. */
    static Picture sharpness(Picture image, double factor) {
        byte[] blended = new byte[image.planes().length];
        for (int i = 0; i < blended.length; i++) {
            blended[i] = blend(smooth(image, i), image.at(i), (float) factor);
        }
        return image.with(blended);
    }

    private static int smooth(Picture image, int index) {
        int width = image.width();
        int x = index % width;
        int y = index / width % image.height();
        if (x == 0 || y == 0 || x == width - 1 || y == image.height() - 1) {
            return image.at(index);
        }
        float sum = 0.5f; // so that cutting off rounds
        sum += row(image, index + width, AROUND);
        sum += row(image, index, CENTRE);
        sum += row(image, index - width, AROUND);
        return Math.min(255, (int) sum);
    }

    private static float row(Picture image, int index, float centre) {
        return image.at(index - 1) * AROUND + image.at(index) * centre + image.at(index + 1) * AROUND;
    }

    /** In float32, cut off rather than rounded, and held in 0 to 255. */
    private static byte blend(int from, int level, float alpha) {
        float blended = from + alpha * (level - from);
        return (byte) Math.max(0, Math.min(255, (int) blended));
    }
}
