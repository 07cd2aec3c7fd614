package io.github.deepkd.tensor;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * A 3x3 convolution in float32 with stride 1, padding 1 and weights that do not change, as F(4x4, 3x3) of Lavin and Gray
 * (arXiv 1509.09308): a tile of 4x4 outputs takes 36 multiplications for a pair of channels in place of 144. With a tile's
 * 6x6 inputs d and the kernel g its outputs are A^T [(G g G^T) * (B^T d B)] A; the products in the middle, summed over the
 * input channels, are 36 matrix products over many tiles. PyTorch has such a convolution on GPUs only.
 *
 * <p>The tiles beside each other in an image are a band. A task takes a few bands through all three steps, so that what lies
 * between them stays in the cache. Pixels have their channels innermost, and every loop runs over all channels of all tiles
 * of a band, in arrays of their own, which is what Java's compiler makes vector instructions of.
 */
final class Winograd {

    /** Outputs along the side of a tile, and the inputs they take. */
    private static final int OUT = 4;

    private static final int IN = 6;
    private static final int PRODUCTS = IN * IN;

    /** With fewer, transforming costs more than it saves. */
    private static final int FEWEST_CHANNELS = 64;

    /** With fewer for each thread, the matrices are too flat. */
    private static final int FEWEST_TILES = 64;

    /** Of the outputs, the share that may be for nothing, beyond the image's edge. */
    private static final double MOST_WASTE = 0.3;

    /** Tiles times channels, in and out, of a task: 9 MB, of which a usual L3 cache has room for one on each core. */
    private static final int TASK = 1 << 16;

    /** Values that a buffer of Java's can hold. */
    private static final long LARGEST = Integer.MAX_VALUE / Float.BYTES;

    private static final double[] G = {
        1 / 4.0, 0, 0, -1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0, 1 / 6.0, -1 / 6.0, 1 / 24.0, 1 / 12.0, 1 / 6.0, 1 / 24.0,
        -1 / 12.0, 1 / 6.0, 0, 0, 1,
    };

    /** As many as were ever in use at once. */
    private static final Queue<Workspace> WORKSPACES = new ConcurrentLinkedQueue<>();

    private final int inputs;
    private final int outputs;
    private final float[] bias;

    /** G g G^T [36, Ci * Co]. */
    private final Tensor kernels;

    /**
     * @param weight [Co, Ci, 3, 3], float32
     * @param bias [Co], float32
     */
    Winograd(Tensor weight, Tensor bias) {
        outputs = (int) weight.size(0);
        inputs = (int) weight.size(1);
        this.bias = new float[outputs];
        Torch.floats(bias).get(this.bias);
        kernels = TensorScope.within(() -> {
            Tensor g = Torch.tensor(G, IN, 3);
            Tensor places = Torch.float64(weight).permute(2, 3, 1, 0).reshape(9, (long) inputs * outputs);
            Tensor products = torch.matmul(torch.kron(g, g), places); // places of the tile from places of the kernel
            return Torch.compute(products, Precision.FLOAT32);
        });
    }

    /** Whether such a convolution can be computed so, and has the channels to gain by it. */
    static boolean suits(Tensor weight, int stride, int groups, Precision precision) {
        return precision == Precision.FLOAT32
                && weight.size(2) == 3
                && weight.size(3) == 3
                && stride == 1
                && groups == 1
                && Math.min(weight.size(0), weight.size(1)) >= FEWEST_CHANNELS;
    }

    /** Whether {@code x} [N, Ci, H, W] is a batch that gains by it, given the number of threads. */
    boolean pays(Tensor x) {
        long pixels = x.size(0) * x.size(2) * x.size(3);
        long tiles = x.size(0) * tiles(x.size(2)) * tiles(x.size(3));
        return tiles >= (long) FEWEST_TILES * Torch.threads()
                && pixels >= tiles * OUT * OUT * (1 - MOST_WASTE)
                && pixels * Math.max(inputs, outputs) <= LARGEST;
    }

    /** That cover as many pixels. */
    private static int tiles(long pixels) {
        return (int) ((pixels + OUT - 1) / OUT);
    }

    /** The convolution of {@code x} [N, Ci, H, W], and the ReLU of it where asked. */
    Tensor of(Tensor x, boolean relu) {
        long[] shape = {x.size(0), x.size(2), x.size(3), outputs};
        TensorOptions float32 = new TensorOptions(torch.ScalarType.Float);
        Tensor y = torch.empty(shape, float32, new MemoryFormatOptional()).permute(0, 3, 1, 2);
        convolve(x, y, false, relu);
        return y;
    }

    /** {@code y += of(x)}, and the ReLU of the sum where asked. {@code y} [N, Co, H, W], not {@code x}, is overwritten. */
    Tensor addTo(Tensor y, Tensor x, boolean relu) {
        Tensor sum = Torch.channelsLast(y);
        convolve(x, sum, true, relu);
        return sum;
    }

    private void convolve(Tensor x, Tensor y, boolean add, boolean relu) {
        Tensor from = pixels(x);
        Tensor to = pixels(y);
        try {
            convolve(new Bands(from, to, add, relu));
        } finally {
            Reference.reachabilityFence(from); // which the buffers do not keep alive
            Reference.reachabilityFence(to);
        }
    }

    private void convolve(Bands bands) {
        int threads = Torch.threads();
        int most = Math.max(1, TASK / ((inputs + outputs) * bands.tiles));
        int share = Math.min(most, (bands.count + threads - 1) / threads);
        AtomicInteger next = new AtomicInteger();
        IntStream.range(0, threads).parallel().forEach(thread -> {
            Workspace idle = WORKSPACES.poll();
            Workspace work = idle == null ? new Workspace() : idle;
            for (int first = next.getAndAdd(share); first < bands.count; first = next.getAndAdd(share)) {
                bands.convolve(first, Math.min(share, bands.count - first), work);
            }
            WORKSPACES.add(work);
        });
    }

    /** [N, H, W, C] */
    private static Tensor pixels(Tensor images) {
        return Torch.channelsLast(images).permute(0, 2, 3, 1);
    }

    /** Input and output of one call, band by band. */
    private final class Bands {
        private final FloatBuffer x;
        private final FloatBuffer y;
        private final boolean add;
        private final boolean relu;
        private final int height;
        private final int width;

        /** Tiles of a band. */
        final int tiles;

        /** Bands of an image, and of all. */
        private final int perImage;

        final int count;

        /** For all tiles of a band. */
        private final float[] biases;

        private final FloatPointer[] matrices = new FloatPointer[PRODUCTS];

        /**
         * @param from [N, H, W, Ci]
         * @param to [N, H, W, Co]
         */
        Bands(Tensor from, Tensor to, boolean add, boolean relu) {
            x = Torch.floats(from);
            y = Torch.floats(to);
            this.add = add;
            this.relu = relu;
            height = (int) from.size(1);
            width = (int) from.size(2);
            tiles = tiles(width);
            perImage = tiles(height);
            count = (int) from.size(0) * perImage;
            biases = new float[tiles * outputs];
            for (int tile = 0; tile < tiles; tile++) {
                System.arraycopy(bias, 0, biases, tile * outputs, outputs);
            }
            FloatPointer all = new FloatPointer(kernels.data_ptr());
            Arrays.setAll(matrices, product -> all.getPointer((long) product * inputs * outputs));
        }

        /** All outputs of {@code bands} bands. */
        void convolve(int first, int bands, Workspace work) {
            int rows = bands * tiles;
            work.fit(tiles * inputs, tiles * outputs, rows * inputs, rows * outputs);
            for (int band = 0; band < bands; band++) {
                transformInputs(first + band, band * tiles, rows, work);
            }
            for (int i = 0; i < PRODUCTS; i++) {
                FloatPointer left = work.transformed.pointer(i * rows * inputs);
                FloatPointer product = work.products.pointer(i * rows * outputs);
                FloatPointer right = matrices[i];
                cblas_sgemm(
                        CblasRowMajor,
                        CblasNoTrans,
                        CblasNoTrans,
                        rows,
                        outputs,
                        inputs,
                        1,
                        left,
                        inputs,
                        right,
                        outputs,
                        0,
                        product,
                        outputs);
            }
            for (int band = 0; band < bands; band++) {
                transformOutputs(first + band, band * tiles, rows, work);
            }
        }

        /** B^T d B of the tiles of a band, which become rows of the products' left sides from {@code row} on. */
        private void transformInputs(int band, int row, int rows, Workspace work) {
            int length = tiles * inputs;
            for (int r = 0; r < IN; r++) {
                readRow(band / perImage, OUT * (band % perImage) + r - 1, work.d.rows[r]);
            }
            for (int c = 0; c < IN; c++) {
                timesB(work.d.columns[c], work.halfway.columns[c], length);
            }
            for (int r = 0; r < IN; r++) {
                timesB(work.halfway.rows[r], work.sixth, length);
                for (int c = 0; c < IN; c++) {
                    work.transformed.values.put(((r * IN + c) * rows + row) * inputs, work.sixth[c], 0, length);
                }
            }
        }

        /** A row of an image, as the six columns of all tiles. */
        private void readRow(int image, int row, float[][] columns) {
            for (int c = 0; c < IN; c++) {
                for (int tile = 0; tile < tiles; tile++) {
                    int column = OUT * tile + c - 1;
                    int to = tile * inputs;
                    if (row < 0 || row >= height || column < 0 || column >= width) {
                        Arrays.fill(columns[c], to, to + inputs, 0);
                    } else {
                        x.get(((image * height + row) * width + column) * inputs, columns[c], to, inputs);
                    }
                }
            }
        }

        /** A^T m A of the tiles of a band, whose products m are the rows from {@code row} on, and what follows. */
        private void transformOutputs(int band, int row, int rows, Workspace work) {
            int length = tiles * outputs;
            for (int product = 0; product < PRODUCTS; product++) {
                float[] m = work.m.rows[product / IN][product % IN];
                work.products.values.get((product * rows + row) * outputs, m, 0, length);
            }
            for (int c = 0; c < IN; c++) {
                timesA(work.m.columns[c], work.summed.columns[c], length);
            }
            for (int r = 0; r < OUT && OUT * (band % perImage) + r < height; r++) {
                timesA(work.summed.rows[r], work.fourth, length);
                for (int c = 0; c < OUT; c++) {
                    write(band / perImage, OUT * (band % perImage) + r, c, work.fourth[c], work.old);
                }
            }
        }

        /** Every fourth pixel of a row, from {@code c} on. */
        private void write(int image, int row, int c, float[] sums, float[] old) {
            int start = (image * height + row) * width + c;
            int within = (width - c + OUT - 1) / OUT; // tiles whose column c is not beyond the edge
            int length = within * outputs;
            plus(sums, biases, length);
            if (add) {
                for (int tile = 0; tile < within; tile++) {
                    y.get((start + OUT * tile) * outputs, old, tile * outputs, outputs);
                }
                plus(sums, old, length);
            }
            if (relu) {
                relu(sums, length);
            }
            for (int tile = 0; tile < within; tile++) {
                y.put((start + OUT * tile) * outputs, sums, tile * outputs, outputs);
            }
        }
    }

    // One sum a loop: Java 17 makes vector instructions of short bodies only, which is four times as fast as one long
    // body.

    /** B^T times six. */
    private static void timesB(float[][] d, float[][] to, int length) {
        threeTerms(d[0], d[2], d[4], to[0], length);
        sumAndDifference(d[4], 4, d[2], 1, d[3], 4, d[1], to[1], to[2], length);
        sumAndDifference(d[4], 1, d[2], 2, d[3], 2, d[1], to[3], to[4], length);
        threeTerms(d[1], d[3], d[5], to[5], length);
    }

    /** A^T times six. */
    private static void timesA(float[][] m, float[][] to, int length) {
        sums(m[1], m[2], 1, m[3], m[4], to[0], length);
        plus(to[0], m[0], length);
        differences(m[1], m[2], 2, m[3], m[4], to[1], length);
        sums(m[1], m[2], 4, m[3], m[4], to[2], length);
        differences(m[1], m[2], 8, m[3], m[4], to[3], length);
        plus(to[3], m[5], length);
    }

    private static void threeTerms(float[] a, float[] b, float[] c, float[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = 4 * a[i] - 5 * b[i] + c[i];
        }
    }

    private static void sumAndDifference(
            float[] a, float k, float[] b, float l, float[] c, float m, float[] d, float[] s, float[] t, int length) {
        for (int i = 0; i < length; i++) {
            float even = a[i] - k * b[i];
            float odd = l * c[i] - m * d[i];
            s[i] = even + odd;
            t[i] = even - odd;
        }
    }

    private static void sums(float[] a, float[] b, float k, float[] c, float[] d, float[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = (a[i] + b[i]) + k * (c[i] + d[i]);
        }
    }

    private static void differences(float[] a, float[] b, float k, float[] c, float[] d, float[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = (a[i] - b[i]) + k * (c[i] - d[i]);
        }
    }

    private static void plus(float[] a, float[] b, int length) {
        for (int i = 0; i < length; i++) {
            a[i] += b[i];
        }
    }

    private static void relu(float[] a, int length) {
        for (int i = 0; i < length; i++) {
            a[i] = Math.max(a[i], 0);
        }
    }

    /** What tasks use one after the other. */
    private static final class Workspace {
        private Grid d = new Grid(IN, 0);
        private Grid halfway = d;
        private float[][] sixth = new float[IN][0];
        private Grid m = d;
        private Grid summed = new Grid(OUT, 0);
        private float[][] fourth = new float[OUT][0];
        private float[] old = {};
        private Matrices transformed = new Matrices(0);
        private Matrices products = transformed;

        /** Makes what is too small anew: arrays for a band, matrices for a task. */
        void fit(int bandInputs, int bandOutputs, int taskInputs, int taskOutputs) {
            if (sixth[0].length < bandInputs) {
                d = new Grid(IN, bandInputs);
                halfway = new Grid(IN, bandInputs);
                sixth = new float[IN][bandInputs];
            }
            if (old.length < bandOutputs) {
                m = new Grid(IN, bandOutputs);
                summed = new Grid(OUT, bandOutputs);
                fourth = new float[OUT][bandOutputs];
                old = new float[bandOutputs];
            }
            if (transformed.values.capacity() < PRODUCTS * taskInputs) {
                transformed = new Matrices(PRODUCTS * taskInputs);
            }
            if (products.values.capacity() < PRODUCTS * taskOutputs) {
                products = new Matrices(PRODUCTS * taskOutputs);
            }
        }
    }

    /** Arrays for each place of a tile, as {@code rows[r][c]} and, the same ones, as {@code columns[c][r]}. */
    private static final class Grid {
        final float[][][] rows;
        final float[][][] columns;

        Grid(int height, int length) {
            rows = new float[height][IN][length];
            columns = new float[IN][height][];
            for (int c = 0; c < IN; c++) {
                for (int r = 0; r < height; r++) {
                    columns[c][r] = rows[r][c];
                }
            }
        }
    }

    /** Memory outside Java's heap, for OpenBLAS. */
    private static final class Matrices {
        final FloatBuffer values;
        private final FloatPointer start;

        Matrices(int size) {
            values = ByteBuffer.allocateDirect(size * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            start = new FloatPointer(values);
        }

        FloatPointer pointer(int index) {
            return start.getPointer(index);
        }
    }
}
