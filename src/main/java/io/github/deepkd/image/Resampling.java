package io.github.deepkd.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Bilinear resizing in which every pixel counts however much smaller the result is (antialiasing): Pillow's
 * {@code resize(…, BILINEAR)}, first along the rows and then along the columns, in 22 binary places as there.
 */
public final class Resampling {

    private static final int PLACES = 22;
    private static final int HALF = 1 << (PLACES - 1);

    /** That part of the picture, {@code height} x {@code width} large; no pixel outside of it counts. */
    public static Picture resize(Picture image, Box box, int height, int width) {
        Axis columns = Axis.whole(box.width(), width);
        return resample(PackedImage.of(image), box, image.channels(), Axis.whole(box.height(), height), columns);
    }

    /** The same of an image of three channels; with left and right exchanged at the end if so wished. */
    public static Picture resize(PackedImage image, Box box, int height, int width, boolean mirrored) {
        Axis columns = Axis.whole(box.width(), width);
        return resample(image, box, 3, Axis.whole(box.height(), height), mirrored ? columns.reversed() : columns);
    }

    /** The middle {@code size} x {@code size} of the picture after its shorter side became {@code shorter}. */
    public static Picture middle(Picture image, int shorter, int size) {
        return middle(PackedImage.of(image), image.channels(), shorter, size);
    }

    /** The same of an image of three channels. */
    public static Picture middle(PackedImage image, int shorter, int size) {
        return middle(image, 3, shorter, size);
    }

    private static Picture middle(PackedImage image, int channels, int shorter, int size) {
        int least = Math.min(image.height(), image.width());
        int height = (int) ((long) shorter * image.height() / least);
        int width = (int) ((long) shorter * image.width() / least);
        Axis rows = Axis.middle(image.height(), height, size);
        Axis columns = Axis.middle(image.width(), width, size);
        return resample(image, new Box(0, 0, image.height(), image.width()), channels, rows, columns);
    }

    private static Picture resample(PackedImage image, Box box, int channels, Axis rows, Axis columns) {
        Resampling sampling = new Resampling(image, box, channels, rows, columns);
        for (int y = 0; y < rows.count(); y++) {
            sampling.row(y);
        }
        return new Picture(channels, rows.count(), columns.count(), sampling.resized);
    }

    private final PackedImage image;
    private final Box box;
    private final int channels;
    private final Axis rows;
    private final Axis columns;
    private final int[][] gathered;
    private final int[][][] narrow;
    private final int[] sums;
    private final int[] levels;
    private final byte[] resized;
    private int narrowed;

    private Resampling(PackedImage image, Box box, int channels, Axis rows, Axis columns) {
        this.image = image;
        this.box = box;
        this.channels = channels;
        this.rows = rows;
        this.columns = columns;
        this.gathered = new int[columns.weights().length][columns.count()];
        this.narrow = new int[channels][rows.taps()][columns.count()];
        this.sums = new int[columns.count()];
        this.levels = new int[columns.count()];
        this.resized = new byte[channels * rows.count() * columns.count()];
        this.narrowed = rows.starts()[0];
    }

    /** Row y of the result, from rows resized already, of which no more are kept than one result needs. */
    private void row(int y) {
        while (narrowed < rows.starts()[y] + rows.taps()) {
            alongRow(narrowed++);
        }
        for (int c = 0; c < channels; c++) {
            alongColumns(narrow[c], y);
            shift(sums, levels);
            store(levels, resized, (c * rows.count() + y) * columns.count());
        }
    }

    /** The pixels are gathered once for all channels. */
    private void alongRow(int y) {
        int from = (box.top() + y) * image.width() + box.left();
        for (int k = 0; k < columns.taps(); k++) {
            gather(image.bytes(), from + k, columns.starts(), gathered[k]);
        }
        int[][] weights = columns.weights();
        for (int c = 0; c < channels; c++) {
            int shift = Byte.SIZE * c;
            Arrays.fill(sums, HALF);
            for (int k = 0; k < columns.taps(); k += 2) {
                add(gathered[k], weights[k], gathered[k + 1], weights[k + 1], shift, sums);
            }
            shift(sums, narrow[c][y % rows.taps()]);
        }
    }

    private static void gather(byte[] bytes, int from, int[] starts, int[] to) {
        for (int x = 0; x < to.length; x++) {
            to[x] = (int) PackedImage.WORDS.get(bytes, PackedImage.PIXEL * (from + starts[x]));
        }
    }

    /** In loops like this one, over one row, the compiler can use vector instructions; two terms at once save passes. */
    private static void add(int[] a, int[] weightsA, int[] b, int[] weightsB, int shift, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += ((a[x] >> shift) & 0xFF) * weightsA[x] + ((b[x] >> shift) & 0xFF) * weightsB[x];
        }
    }

    private void alongColumns(int[][] from, int y) {
        int[][] weights = rows.weights();
        Arrays.fill(sums, HALF);
        for (int k = 0; k < rows.taps(); k += 2) {
            int at = rows.starts()[y] + k;
            add(from[at % rows.taps()], weights[k][y], from[(at + 1) % rows.taps()], weights[k + 1][y], sums);
        }
    }

    private static void add(int[] a, int weightA, int[] b, int weightB, int[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += a[x] * weightA + b[x] * weightB;
        }
    }

    private static void shift(int[] sums, int[] to) {
        for (int x = 0; x < to.length; x++) {
            to[x] = sums[x] >> PLACES;
        }
    }

    private static void store(int[] levels, byte[] to, int at) {
        for (int x = 0; x < levels.length; x++) {
            to[at + x] = (byte) levels[x];
        }
    }

    /**
     * One direction: the {@code taps} pixels from {@code starts[i]} on, times {@code weights[k][i]}, make pixel i of the result.
     * Weights add up to 1 in fixed point give or take their rounding, which is too little to leave the range of a byte. If
     * their number is odd, there is one of 0 more.
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares axes
    private record Axis(int taps, int[] starts, int[][] weights) {

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
            Axis axis = new Axis(taps, new int[count], new int[taps + taps % 2][count]);
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
                weights[at - starts[i]][i] = (int) (0.5 + share * (1 << PLACES));
            }
        }

        private static double height(int at, double centre, double reach) {
            return Math.max(0, 1 - Math.abs((at - centre + 0.5) / reach));
        }

        Axis reversed() {
            return new Axis(
                    taps,
                    reversed(starts),
                    Arrays.stream(weights).map(Axis::reversed).toArray(int[][]::new));
        }

        private static int[] reversed(int[] values) {
            return IntStream.range(0, values.length)
                    .map(i -> values[values.length - 1 - i])
                    .toArray();
        }

        int count() {
            return starts.length;
        }
    }
}
