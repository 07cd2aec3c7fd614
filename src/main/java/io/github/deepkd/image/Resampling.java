package io.github.deepkd.image;

import java.util.Arrays;

/**
 * Bilinear resizing in which every pixel counts however much smaller the result is (antialiasing): Pillow's
 * {@code resize(…, BILINEAR)}, first along the rows and then along the columns, in 22 binary places as there.
 */
public final class Resampling {

    private static final int PLACES = 22;
    private static final int HALF = 1 << (PLACES - 1);

    private Resampling() {}

    /** That part of the picture, {@code height} x {@code width} large; no pixel outside of it counts. */
    public static Picture resize(Picture image, Box box, int height, int width) {
        return resample(image, box, Axis.whole(box.height(), height), Axis.whole(box.width(), width));
    }

    /** The middle {@code size} x {@code size} of the picture after its shorter side became {@code shorter}. */
    public static Picture middle(Picture image, int shorter, int size) {
        int least = Math.min(image.height(), image.width());
        int height = (int) ((long) shorter * image.height() / least);
        int width = (int) ((long) shorter * image.width() / least);
        Axis rows = Axis.middle(image.height(), height, size);
        Axis columns = Axis.middle(image.width(), width, size);
        return resample(image, new Box(0, 0, image.height(), image.width()), rows, columns);
    }

    private static Picture resample(Picture image, Box box, Axis rows, Axis columns) {
        int height = rows.count();
        int width = columns.count();
        byte[] resized = new byte[image.channels() * height * width];
        int[] narrow = new int[box.height() * width];
        int[] sums = new int[width];
        for (int c = 0; c < image.channels(); c++) {
            int corner = (c * image.height() + box.top()) * image.width() + box.left();
            for (int y = rows.first(); y < rows.end(); y += 4) {
                alongRows(image, corner, columns, y, rows.end() - 1, narrow);
            }
            for (int y = 0; y < height; y++) {
                alongColumns(narrow, rows, y, sums, resized, (c * height + y) * width);
            }
        }
        return new Picture(image.channels(), height, width, resized);
    }

    /** Four rows from {@code y} on at once, or the last one again, so that each weight is fetched once for all of them. */
    private static void alongRows(Picture image, int corner, Axis columns, int y, int last, int[] to) {
        byte[] from = image.planes();
        int second = Math.min(y + 1, last);
        int third = Math.min(y + 2, last);
        int fourth = Math.min(y + 3, last);
        int[] weights = columns.weights();
        int width = columns.count();
        for (int x = 0; x < width; x++) {
            int a = HALF;
            int b = HALF;
            int c = HALF;
            int d = HALF;
            int start = corner + columns.starts()[x];
            for (int k = 0, w = x * columns.taps(); k < columns.taps(); k++, w++) {
                int weight = weights[w];
                int i = start + k;
                a += (from[i + y * image.width()] & 0xFF) * weight;
                b += (from[i + second * image.width()] & 0xFF) * weight;
                c += (from[i + third * image.width()] & 0xFF) * weight;
                d += (from[i + fourth * image.width()] & 0xFF) * weight;
            }
            to[y * width + x] = a >> PLACES;
            to[second * width + x] = b >> PLACES;
            to[third * width + x] = c >> PLACES;
            to[fourth * width + x] = d >> PLACES;
        }
    }

    /** Row by row, so that the compiler can use vector instructions. */
    private static void alongColumns(int[] from, Axis rows, int y, int[] sums, byte[] to, int at) {
        Arrays.fill(sums, HALF);
        for (int k = 0; k < rows.taps(); k++) {
            add(from, (rows.starts()[y] + k) * sums.length, rows.weights()[y * rows.taps() + k], sums);
        }
        for (int x = 0; x < sums.length; x++) {
            to[at + x] = (byte) (sums[x] >> PLACES);
        }
    }

    private static void add(int[] from, int start, int weight, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += from[start + x] * weight;
        }
    }

    /**
     * One direction: the {@code taps} pixels from {@code starts[i]} on, times {@code weights} from {@code i * taps} on, make
     * pixel i of the result. Weights add up to 1 in fixed point give or take their rounding, which is too little to leave the
     * range of a byte.
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares axes
    private record Axis(int taps, int[] starts, int[] weights) {

        static Axis whole(int in, int out) {
            return of(in, out, 0, out);
        }

        /** The middle {@code count} of {@code out} pixels, halves to even as in Python's {@code round}. */
        static Axis middle(int in, int out, int count) {
            return of(in, out, (int) Math.rint((out - count) / 2.0), count);
        }

        private static Axis of(int in, int out, int first, int count) {
            double scale = (double) in / out;
            double reach = Math.max(1, scale);
            int taps = Math.min(in, (int) Math.ceil(2 * reach));
            Axis axis = new Axis(taps, new int[count], new int[count * taps]);
            for (int i = 0; i < count; i++) {
                axis.set(i, in, (first + i + 0.5) * scale, reach);
            }
            return axis;
        }

        /** Weights fall linearly from {@code centre} to 0 at {@code reach}. */
        private void set(int i, int in, double centre, double reach) {
            int from = Math.max(0, (int) (centre - reach + 0.5));
            int to = Math.min(in, (int) (centre + reach + 0.5));
            starts[i] = Math.min(from, in - taps);
            double sum = 0;
            for (int at = from; at < to; at++) {
                sum += height(at, centre, reach);
            }
            for (int at = from; at < to; at++) {
                double share = height(at, centre, reach) / sum;
                weights[i * taps + at - starts[i]] = (int) (0.5 + share * (1 << PLACES));
            }
        }

        private static double height(int at, double centre, double reach) {
            return Math.max(0, 1 - Math.abs((at - centre + 0.5) / reach));
        }

        int count() {
            return starts.length;
        }

        int first() {
            return starts[0];
        }

        int end() {
            return starts[starts.length - 1] + taps;
        }
    }
}
