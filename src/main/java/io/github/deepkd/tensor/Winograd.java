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
import java.util.Set;
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
 * of a band, in arrays of their own, which is what Java's compiler makes vector instructions of: Java 17 does so with short
 * bodies and without offsets only.
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

    /** OpenBLAS's names of the processors for which it multiplies small matrices as they lie, by AVX-512. */
    private static final Set<String> WITH_SMALL_PRODUCTS = Set.of("SkylakeX", "Cooperlake", "SapphireRapids");

    /** Those are up to so many multiplications, and half as fast again as products that are packed first. */
    private static final int SMALL_PRODUCT = 1_000_000;

    /** So many outputs are multiplied at a time there. */
    private static final int SMALL_BLOCK = 64;

    /** Tiles times channels, in and out, of a task there: 1 MB, the L2 cache of a core. */
    private static final int SMALL_TASK = 1 << 13;

    /** Elsewhere: 9 MB, of which a usual L3 cache has room for one on each core. */
    private static final int TASK = 1 << 16;

    /** A task has no fewer, for the kernels to be worth reading from memory. */
    private static final int FEWEST_TILES_OF_TASK = 32;

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

    /** Output channels that are multiplied at a time. */
    private final int block;

    /** The most tiles of a task. */
    private final int most;

    /** G g G^T [36, Co / block, Ci, block]. */
    private final Tensor kernels;

    /**
     * @param weight [Co, Ci, 3, 3], float32
     * @param bias [Co], float32
     */
    Winograd(Tensor weight, Tensor bias) {
        this(weight, bias, WITH_SMALL_PRODUCTS.contains(Torch.openblasKernels()));
    }

    /** @param smallPays whether products shall be small, where the outputs can be divided so */
    Winograd(Tensor weight, Tensor bias, boolean smallPays) {
        outputs = (int) weight.size(0);
        inputs = (int) weight.size(1);
        boolean small = smallPays && outputs % SMALL_BLOCK == 0;
        block = small ? SMALL_BLOCK : outputs;
        int cached = Math.max((small ? SMALL_TASK : TASK) / (inputs + outputs), FEWEST_TILES_OF_TASK);
        most = small ? Math.min(cached, SMALL_PRODUCT / (inputs * block)) : cached;
        this.bias = new float[outputs];
        Torch.floats(bias).get(this.bias);
        kernels = TensorScope.within(() -> {
            Tensor g = Torch.tensor(G, IN, 3);
            Tensor places = Torch.float64(weight).permute(2, 3, 1, 0).reshape(9, (long) inputs * outputs);
            Tensor products = torch.matmul(torch.kron(g, g), places); // places of the tile from places of the kernel
            Tensor blocks =
                    products.view(PRODUCTS, inputs, outputs / block, block).permute(0, 2, 1, 3);
            return Torch.compute(blocks, Precision.FLOAT32).contiguous();
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
        int share = Math.min(Math.max(1, most / bands.tiles), (bands.count + threads - 1) / threads);
        AtomicInteger next = new AtomicInteger();
        IntStream.range(0, threads).parallel().forEach(thread -> {
            Workspace idle = WORKSPACES.poll();
            Workspace work = idle == null ? new Workspace() : idle;
            work.fit(bands, share);
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

        /** An input and an output channel of each tile of a band, and of one tile more. */
        final int in;

        final int out;
        final int wide;

        /** For all tiles of a band. */
        private final float[] biases;

        /** Of each product, and of each block of outputs. */
        private final FloatPointer[][] right = new FloatPointer[PRODUCTS][outputs / block];

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
            in = tiles * inputs;
            out = tiles * outputs;
            wide = in + inputs;
            biases = new float[out];
            for (int tile = 0; tile < tiles; tile++) {
                System.arraycopy(bias, 0, biases, tile * outputs, outputs);
            }
            FloatPointer all = new FloatPointer(kernels.data_ptr());
            long size = (long) inputs * block;
            for (int i = 0; i < PRODUCTS; i++) {
                long first = (long) i * (outputs / block);
                Arrays.setAll(right[i], b -> all.getPointer((first + b) * size));
            }
        }

        /** All outputs of {@code bands} bands. */
        void convolve(int first, int bands, Workspace work) {
            int rows = bands * tiles;
            for (int band = 0; band < bands; band++) {
                readRows(first + band, band > 0, work);
                transformInputs(band * tiles, rows, work);
            }
            multiply(rows, work);
            for (int band = 0; band < bands; band++) {
                transformOutputs(first + band, band * tiles, rows, work);
            }
        }

        private void multiply(int rows, Workspace work) {
            for (int i = 0; i < PRODUCTS; i++) {
                FloatPointer left = work.transformed.pointer(i * rows * inputs);
                for (int b = 0; b < right[i].length; b++) {
                    FloatPointer product = work.products.pointer(i * rows * outputs + b * block);
                    cblas_sgemm(
                            CblasRowMajor,
                            CblasNoTrans,
                            CblasNoTrans,
                            rows,
                            block,
                            inputs,
                            1,
                            left,
                            inputs,
                            right[i][b],
                            block,
                            0,
                            product,
                            outputs);
                }
            }
        }

        /** The six rows of a band; two of them the band before has, if it was read just now. */
        private void readRows(int band, boolean next, Workspace work) {
            float[][][] d = work.d;
            int start = OUT * (band % perImage) - 1;
            int known = next && start > 0 ? IN - OUT : 0;
            for (int r = 0; r < known; r++) {
                float[][] old = d[r];
                d[r] = d[OUT + r];
                d[OUT + r] = old;
            }
            for (int r = known; r < IN; r++) {
                readRow(band / perImage, start + r, d[r], work.line);
            }
        }

        /** A row of an image, zeros around it: its columns 0, 4, 8, …, then 1, 5, 9, …, which are the same ones of all tiles. */
        private void readRow(int image, int r, float[][] to, float[] line) {
            if (r < 0 || r >= height) {
                for (float[] columns : to) {
                    Arrays.fill(columns, 0, wide, 0);
                }
                return;
            }
            x.get((image * height + r) * width * inputs, line, 0, width * inputs);
            for (int column = 1; column <= width; column++) {
                System.arraycopy(line, (column - 1) * inputs, to[column % OUT], column / OUT * inputs, inputs);
            }
        }

        /** B^T d B of the tiles of a band, which become rows of the products' left sides from {@code first} on. */
        private void transformInputs(int first, int rows, Workspace work) {
            for (int c = 0; c < OUT; c++) {
                for (int r = 0; r < IN; r++) {
                    work.same[r] = work.d[r][c];
                    work.to[r] = work.halfway[r][c];
                }
                timesB(work.same, work.to, wide);
            }
            for (int r = 0; r < IN; r++) {
                float[][] half = work.halfway[r];
                for (int c = 0; c < OUT; c++) {
                    work.same[c] = half[c];
                }
                for (int c = OUT; c < IN; c++) { // the next tile's first columns
                    System.arraycopy(half[c - OUT], inputs, work.next[c - OUT], 0, in);
                    work.same[c] = work.next[c - OUT];
                }
                timesB(work.same, work.sixth, in);
                for (int c = 0; c < IN; c++) {
                    work.transformed.values.put(((r * IN + c) * rows + first) * inputs, work.sixth[c], 0, in);
                }
            }
        }

        /** A^T m A of the tiles of a band, whose products m are the rows from {@code first} on, and what follows. */
        private void transformOutputs(int band, int first, int rows, Workspace work) {
            for (int product = 0; product < PRODUCTS; product++) {
                float[] m = work.m[product % IN][product / IN];
                work.products.values.get((product * rows + first) * outputs, m, 0, out);
            }
            plus(work.m[1][1], biases, out); // which A^T m A adds to each output once
            for (int c = 0; c < IN; c++) {
                timesA(work.m[c], work.summed[c], out);
            }
            for (int r = 0; r < OUT && OUT * (band % perImage) + r < height; r++) {
                for (int c = 0; c < IN; c++) {
                    work.same[c] = work.summed[c][r];
                }
                timesA(work.same, work.fourth, out);
                write((band / perImage) * height + OUT * (band % perImage) + r, work);
            }
        }

        private void write(int r, Workspace work) {
            for (int column = 0; column < width; column++) {
                System.arraycopy(
                        work.fourth[column % OUT], column / OUT * outputs, work.line, column * outputs, outputs);
            }
            int length = width * outputs;
            if (add) {
                y.get(r * length, work.old, 0, length);
                plus(work.line, work.old, length);
            }
            if (relu) {
                relu(work.line, length);
            }
            y.put(r * length, work.line, 0, length);
        }
    }

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
        /** Rows of inputs, each as {@link Bands#readRow} lays it out, and B^T times them. */
        private float[][][] d = new float[IN][OUT][0];

        private float[][][] halfway = d;

        /** The first two columns of each tile's neighbour. */
        private float[][] next = new float[IN - OUT][0];

        private float[][] sixth = new float[IN][0];
        private float[][][] m = new float[IN][IN][0];
        private float[][][] summed = new float[IN][OUT][0];
        private float[][] fourth = new float[OUT][0];

        /** A row of an image, and what it was before. */
        private float[] line = {};

        private float[] old = {};

        /** Some of the arrays above, to be handed on together. */
        private final float[][] same = new float[IN][];

        private final float[][] to = new float[IN][];
        private Matrices transformed = new Matrices(0);
        private Matrices products = transformed;

        /** Makes what is too small anew: arrays for a band, matrices for a task. */
        void fit(Bands bands, int share) {
            if (sixth[0].length < bands.in || d[0][0].length < bands.wide) {
                d = new float[IN][OUT][bands.wide];
                halfway = new float[IN][OUT][bands.wide];
                next = new float[IN - OUT][bands.in];
                sixth = new float[IN][bands.in];
            }
            for (float[][] row : d) {
                for (float[] columns : row) {
                    Arrays.fill(columns, 0); // around the images nobody writes
                }
            }
            if (fourth[0].length < bands.out) {
                m = new float[IN][IN][bands.out];
                summed = new float[IN][OUT][bands.out];
                fourth = new float[OUT][bands.out];
            }
            int longest = OUT * Math.max(bands.in, bands.out);
            if (line.length < longest) {
                line = new float[longest];
                old = new float[longest];
            }
            if (transformed.values.capacity() < PRODUCTS * share * bands.in) {
                transformed = new Matrices(PRODUCTS * share * bands.in);
            }
            if (products.values.capacity() < PRODUCTS * share * bands.out) {
                products = new Matrices(PRODUCTS * share * bands.out);
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
