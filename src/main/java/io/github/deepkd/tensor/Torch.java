package io.github.deepkd.tensor;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * libtorch's operations under PyTorch's names, for formulas that read as nested functions: {@code add(mul(mu, v), g)}.
 * A trailing underscore means in place, as in PyTorch. Everything that needs JavaCPP's {@code Scalar},
 * {@code *Optional} or {@code *Vector} is here, but for what reading files of weights takes. Tensors belong to the innermost {@link TensorScope}.
 */
public final class Torch {

    /** What batch normalisation adds to the variance. */
    public static final double NORM_EPSILON = 1e-5;

    private Torch() {}

    // ---------------------------------------------------------------- the library

    /** The version of libtorch and of its Java binding, such as {@code 2.10.0-1.5.13}. */
    public static String version() {
        String version = torch.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /**
     * The processor that OpenBLAS has chosen its kernels for, such as {@code Cooperlake}: this one's, unless the environment
     * variable {@code OPENBLAS_CORETYPE} says otherwise.
     */
    public static String openblasKernels() {
        return openblas_full.openblas_get_corename().getString();
    }

    /** Threads of one operation. */
    public static void threads(int count) {
        torch.set_num_threads(count);
    }

    public static int threads() {
        return torch.get_num_threads();
    }

    /** Whether operations that may give other bits each time are refused. */
    public static void deterministic(boolean wanted) {
        torch.globalContext().setDeterministicAlgorithms(wanted, false);
        torch.globalContext()
                .setDeterministicFillUninitializedMemory(false); // nothing here reads what it did not write
    }

    /** Seeds libtorch's generator, from which fresh weights are drawn. */
    public static void manualSeed(long seed) {
        torch.manual_seed(seed);
    }

    /** Runs {@code body} without recording gradients. */
    public static <T extends @Nullable Object> T noGrad(Supplier<T> body) {
        NoGradGuard guard = new NoGradGuard();
        try {
            return body.get();
        } finally {
            guard.close();
        }
    }

    /** {@link #noGrad(Supplier)} for effects. */
    public static void noGrad(Runnable body) {
        noGrad(() -> {
            body.run();
            return null;
        });
    }

    // ---------------------------------------------------------------- making and reading tensors

    /** A tensor of zeros in the precision of master weights. */
    public static Tensor zeros(Precision precision, long... shape) {
        return torch.zeros(shape, new TensorOptions(precision.master));
    }

    /** Zeros that all lie in the same place, for whom the shape is enough, however large. */
    public static Tensor shapeOnly(Precision precision, long... shape) {
        return zeros(precision, 1).expand(shape);
    }

    public static Tensor ones(Precision precision, long... shape) {
        return torch.ones(shape, new TensorOptions(precision.master));
    }

    /** An int64 zero without dimensions, PyTorch's {@code num_batches_tracked}. */
    public static Tensor counter() {
        return torch.zeros(new long[0], new TensorOptions(ScalarType.Long));
    }

    /** Ones shaped as {@code x}, in the type of losses. */
    public static Tensor onesLike(Tensor x) {
        return atLeastFloat32(torch.ones_like(x));
    }

    public static Tensor zerosLike(Tensor x) {
        return torch.zeros_like(x);
    }

    /** A float32 tensor [shape] with a copy of the buffer's remaining values. */
    public static Tensor tensor(FloatBuffer values, long... shape) {
        return torch.from_blob(new FloatPointer(values), shape, new TensorOptions(ScalarType.Float))
                .clone();
    }

    public static Tensor tensor(float[] values, long... shape) {
        return tensor(FloatBuffer.wrap(values), shape);
    }

    /** A float64 tensor [shape] with a copy of the values. */
    public static Tensor tensor(double[] values, long... shape) {
        DoublePointer pointer = new DoublePointer(DoubleBuffer.wrap(values));
        return torch.from_blob(pointer, shape, new TensorOptions(ScalarType.Double))
                .clone();
    }

    /** A float64 tensor without dimensions; beside a float32 tensor it takes that type. */
    public static Tensor scalar(double value) {
        return torch.scalar_tensor(new Scalar(value), new TensorOptions(ScalarType.Double));
    }

    /** An int64 tensor [n] with a copy of the values. */
    public static Tensor tensor(long... values) {
        LongPointer pointer = new LongPointer(LongBuffer.wrap(values));
        return torch.from_blob(pointer, new long[] {values.length}, new TensorOptions(ScalarType.Long))
                .clone();
    }

    /** The values in row-major order, converted to float64. */
    public static double[] doubles(Tensor x) {
        Tensor flat = x.detach().to(ScalarType.Double).contiguous();
        double[] values = new double[Math.toIntExact(flat.numel())];
        if (values.length > 0) {
            new DoublePointer(flat.data_ptr()).get(values);
        }
        return values;
    }

    /** The values in row-major order as float32, in native memory that the tensor given back keeps alive. */
    public static FloatBuffer floats(Tensor x) {
        Tensor flat = x.detach().to(ScalarType.Float).contiguous();
        FloatPointer values = new FloatPointer(flat.data_ptr());
        return values.capacity(flat.numel()).asBuffer();
    }

    /** Where the first value lies in memory. */
    public static long address(Tensor x) {
        return x.data_ptr().address();
    }

    /** The one value of a tensor without dimensions. */
    public static double item(Tensor x) {
        return x.item_double();
    }

    public static long[] shape(Tensor x) {
        long[] sizes = new long[Math.toIntExact(x.dim())];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = x.size(i);
        }
        return sizes;
    }

    /** The number of values. */
    public static long count(Tensor x) {
        return x.numel();
    }

    /** Whether both handles mean one tensor. */
    public static boolean same(Tensor a, Tensor b) {
        return a.is_same(b);
    }

    /** True where both tensors have the same shape, type and bits-as-values (NaN equals nothing). */
    public static boolean equal(Tensor a, Tensor b) {
        return type(a) == type(b) && a.equal(b);
    }

    /** Whether no value is NaN or infinite. */
    public static boolean isFinite(Tensor x) {
        // A sum swallows none of them, and is far cheaper than a look at each; but finite values may overflow it.
        return !x.is_floating_point()
                || Double.isFinite(x.sum().item_double())
                || x.isfinite().all().item_bool();
    }

    /** The place in [P] of the first value that is NaN or infinite. */
    public static long firstNotFinite(Tensor vector) {
        return vector.isfinite().logical_not().to(ScalarType.Byte).argmax().item_long();
    }

    // ---------------------------------------------------------------- number formats and layouts

    /** JavaCPP hands out a new object for each enum value, so it must be looked up before it can be compared. */
    private static ScalarType type(Tensor x) {
        return x.scalar_type().intern();
    }

    /** {@code x} in the format that networks of this precision compute in. */
    public static Tensor compute(Tensor x, Precision precision) {
        return x.to(precision.compute);
    }

    /** {@code x} in float64. */
    public static Tensor float64(Tensor x) {
        return x.detach().to(ScalarType.Double);
    }

    /** float16 and bfloat16 become float32, float32 and float64 stay: what losses compute in. */
    public static Tensor atLeastFloat32(Tensor x) {
        return type(x) == ScalarType.Double ? x : x.to(ScalarType.Float);
    }

    /** {@code x} [N, C, H, W] laid out with channels innermost, which libtorch's CPU kernels prefer. */
    public static Tensor channelsLast(Tensor x) {
        return x.contiguous(MemoryFormat.ChannelsLast);
    }

    /** {@code x} laid out in row-major order. */
    public static Tensor contiguous(Tensor x) {
        return x.contiguous();
    }

    /** {@code x} in the layout in which layers are trained fastest in that precision. */
    public static Tensor forTraining(Tensor x, Precision precision) {
        return Blocked.helps(precision) ? Blocked.of(x) : channelsLast(x);
    }

    // ---------------------------------------------------------------- layers

    /**
     * 2-D convolution: {@code x} [N, Ci, H, W], {@code weight} [Co, Ci / groups, kH, kW].
     *
     * @param bias [Co], or null for none
     */
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padding, int groups) {
        return Recorder.noted(
                new Operation.Conv2d(weight, bias, stride, padding, groups),
                convolve(x, weight, bias, stride, padding, groups),
                x);
    }

    private static Tensor convolve(
            Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padding, int groups) {
        if (groups == 1 && LargePointwise.fails(weight)) {
            return LargePointwise.convolve(Blocked.plain(x), weight, bias, stride);
        }
        if (Blocked.is(x)) {
            return Blocked.conv2d(x, weight, bias, stride, padding, groups);
        }
        return torch.conv2d(
                x,
                weight,
                bias == null ? new TensorOptional() : new TensorOptional(bias),
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                groups);
    }

    /** Batch normalisation over N, H, W; in training it updates the running statistics with momentum 0.1. */
    public static Tensor batchNorm(
            Tensor x, Tensor weight, Tensor bias, Tensor runningMean, Tensor runningVar, boolean training) {
        Tensor y = torch.batch_norm(
                x,
                new TensorOptional(weight),
                new TensorOptional(bias),
                new TensorOptional(runningMean),
                new TensorOptional(runningVar),
                training,
                0.1,
                NORM_EPSILON,
                true);
        return Recorder.noted(new Operation.BatchNorm(weight, bias, runningMean, runningVar), y, x);
    }

    /** {@code x} [N, I] times {@code weight} [O, I] transposed, plus {@code bias} [O]. */
    public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return Recorder.noted(new Operation.Linear(weight, bias), torch.linear(x, weight, new TensorOptional(bias)), x);
    }

    public static Tensor relu(Tensor x) {
        return Recorder.noted(new Operation.Relu(), torch.relu(x), x);
    }

    public static Tensor relu_(Tensor x) {
        return Recorder.noted(new Operation.Relu(), torch.relu_(x), x);
    }

    /** {@code min(max(x, 0), 6)}. */
    public static Tensor relu6_(Tensor x) {
        return Recorder.noted(new Operation.Relu6(), torch.relu6_(Blocked.plain(x)), x);
    }

    /** The largest value of each square of {@code kernel}, padding excepted. */
    public static Tensor maxPool(Tensor x, int kernel, int stride, int padding) {
        return Recorder.noted(
                new Operation.MaxPool(kernel, stride, padding),
                torch.max_pool2d(
                        Blocked.plain(x),
                        new long[] {kernel, kernel},
                        new long[] {stride, stride},
                        new long[] {padding, padding},
                        new long[] {1, 1},
                        false),
                x);
    }

    /** The mean of each square of {@code kernel}, padding counted as zeros. */
    public static Tensor averagePool(Tensor x, int kernel, int stride, int padding) {
        return Recorder.noted(
                new Operation.AveragePool(kernel, stride, padding),
                torch.avg_pool2d(
                        Blocked.plain(x),
                        new long[] {kernel, kernel},
                        new long[] {stride, stride},
                        new long[] {padding, padding},
                        false,
                        true,
                        new LongOptional()),
                x);
    }

    /** Each value with probability {@code share} zero, else divided by {@code 1 - share}; drawn from libtorch's generator. */
    public static Tensor dropout(Tensor x, double share) {
        return torch.dropout(x, share, true);
    }

    /** Deals the channels out over the groups: channel {@code g C/G + i} of [N, C, H, W] becomes {@code i G + g}. */
    public static Tensor channelShuffle(Tensor x, int groups) {
        long n = x.size(0);
        long c = x.size(1);
        long h = x.size(2);
        long w = x.size(3);
        // By way of [N, H, W, C], so that channels stay innermost.
        Tensor dealt = Blocked.plain(x)
                .permute(0, 2, 3, 1)
                .reshape(n, h, w, groups, c / groups)
                .transpose(3, 4);
        return Recorder.noted(
                new Operation.ChannelShuffle(groups), dealt.reshape(n, h, w, c).permute(0, 3, 1, 2), x);
    }

    /** The channels of one after those of the other: [N, A, H, W] and [N, B, H, W] to [N, A + B, H, W]. */
    public static Tensor joinChannels(Tensor a, Tensor b) {
        return Recorder.noted(
                new Operation.JoinChannels(), torch.cat(new TensorVector(Blocked.plain(a), Blocked.plain(b)), 1), a, b);
    }

    /** {@code count} channels of [N, C, H, W], from the channel {@code first} on; a view. */
    public static Tensor channels(Tensor x, long first, long count) {
        return Recorder.noted(
                new Operation.Channels(first, count), Blocked.plain(x).narrow(1, first, count), x);
    }

    /** The mean over height and width: [N, C, H, W] to [N, C]. */
    public static Tensor globalAveragePool(Tensor x) {
        return Recorder.noted(
                new Operation.GlobalAveragePool(),
                Blocked.plain(x).mean(new long[] {2, 3}, false, new ScalarTypeOptional()),
                x);
    }

    // ---------------------------------------------------------------- arithmetic

    public static Tensor add(Tensor a, Tensor b) {
        return Recorder.noted(new Operation.Add(), a.add(b), a, b);
    }

    public static Tensor sub(Tensor a, Tensor b) {
        return a.sub(b);
    }

    public static Tensor mul(Tensor a, Tensor b) {
        return a.mul(b);
    }

    public static Tensor mul(double factor, Tensor x) {
        return x.mul(new Scalar(factor));
    }

    public static Tensor div(Tensor a, Tensor b) {
        return a.div(b);
    }

    public static Tensor sqrt(Tensor x) {
        return x.sqrt();
    }

    public static Tensor mul_(Tensor x, double factor) {
        return x.mul_(new Scalar(factor));
    }

    /** {@code x += y}; the sum is what is returned, for {@code x} may have had to change its layout. */
    public static Tensor add_(Tensor x, Tensor y) {
        List<Tensor> alike = Blocked.alike(x, y);
        return Recorder.noted(new Operation.Add(), alike.get(0).add_(alike.get(1)), x, y);
    }

    /** {@code x += factor * y}. */
    public static Tensor add_(Tensor x, double factor, Tensor y) {
        return x.add_(y, new Scalar(factor));
    }

    /** {@code x + constant}. */
    public static Tensor add(Tensor x, double constant) {
        return x.add(new Scalar(constant));
    }

    /** {@code constant - x}. */
    public static Tensor sub(double constant, Tensor x) {
        return x.neg().add_(new Scalar(constant));
    }

    public static Tensor increment_(Tensor x) {
        return x.add_(new Scalar(1L));
    }

    public static Tensor exp(Tensor x) {
        return x.exp();
    }

    public static Tensor neg(Tensor x) {
        return x.neg();
    }

    public static Tensor sigmoid(Tensor x) {
        return x.sigmoid();
    }

    /** log(sigmoid(x)), finite for large negative x. */
    public static Tensor logSigmoid(Tensor x) {
        return torch.log_sigmoid(x);
    }

    // ---------------------------------------------------------------- rows [N, C]

    /** Over the last dimension. */
    public static Tensor softmax(Tensor x) {
        return x.softmax(-1);
    }

    /** Over the last dimension. */
    public static Tensor logSoftmax(Tensor x) {
        return x.log_softmax(-1);
    }

    /** log of the sum of exponentials of each row: [N, C] to [N, 1]. */
    public static Tensor logSumExp(Tensor x) {
        return x.logsumexp(new long[] {1}, true);
    }

    /** Each row's sum: [N, C] to [N]. */
    public static Tensor rowSum(Tensor x) {
        return x.sum(new long[] {1}, false, new ScalarTypeOptional());
    }

    /** Each row's mean: [N, C] to [N, 1]. */
    public static Tensor rowMean(Tensor x) {
        return x.mean(new long[] {1}, true, new ScalarTypeOptional());
    }

    /** Each row's standard deviation, that of a sample (divided by C - 1): [N, C] to [N, 1]. */
    public static Tensor rowStd(Tensor x) {
        return x.std(new long[] {1}, true, true);
    }

    /** Each row's largest value: [N, C] to [N]. */
    public static Tensor rowMax(Tensor x) {
        return x.amax(new long[] {1}, false);
    }

    /** Where every column is true: [N, C] to [N, 1]. */
    public static Tensor rowAll(Tensor mask) {
        return mask.all(1, true);
    }

    /** Each column's sum: [N, C] to [C]. */
    public static Tensor columnSum(Tensor x) {
        return x.sum(new long[] {0}, false, new ScalarTypeOptional());
    }

    /** The mean of the two middle values where their number is even, unlike torch.median. */
    public static double median(Tensor x) {
        double[] sorted = Arrays.stream(doubles(x)).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The matrix product of [M, K] and [K, N]. */
    public static Tensor matmul(Tensor a, Tensor b) {
        return a.mm(b);
    }

    /** The sum of products of two vectors. */
    public static double dot(Tensor a, Tensor b) {
        return a.dot(b).item_double();
    }

    public static Tensor transpose(Tensor x) {
        return x.t();
    }

    /** The largest absolute value; NaN where there is one. */
    public static Tensor largest(Tensor x) {
        return x.abs().max();
    }

    public static Tensor sum(Tensor x) {
        return x.sum();
    }

    /** Euclidean, of each filter: [O, ...] to [O, 1, ...]. */
    public static Tensor filterNorm(Tensor x) {
        long[] inner = LongStream.range(1, x.dim()).toArray();
        return x.mul(x).sum(inner, true, new ScalarTypeOptional()).sqrt();
    }

    public static Tensor mean(Tensor x) {
        return x.mean();
    }

    /** {@code x[n, index[n]]} for each row: [N, C] and [N, k] to [N, k]. */
    public static Tensor gather(Tensor x, Tensor index) {
        return x.gather(1, index);
    }

    /** True at {@code index} [N, k] of each row of a [N, C] mask shaped like {@code x}. */
    public static Tensor maskAt(Tensor x, Tensor index) {
        Tensor none = torch.zeros(shape(x), new TensorOptions(ScalarType.Bool));
        return none.scatter_(1, index, new Scalar(1));
    }

    /** {@code x} with {@code value} where {@code mask} is true. */
    public static Tensor maskedFill(Tensor x, Tensor mask, double value) {
        return x.masked_fill(mask, new Scalar(value));
    }

    public static Tensor not(Tensor mask) {
        return mask.logical_not();
    }

    public static Tensor greater(Tensor x, double bound) {
        return x.gt(new Scalar(bound));
    }

    public static Tensor atLeast(Tensor x, double bound) {
        return x.ge(new Scalar(bound));
    }

    public static Tensor atMost(Tensor x, double bound) {
        return x.le(new Scalar(bound));
    }

    public static Tensor and(Tensor a, Tensor b) {
        return a.logical_and(b);
    }

    public static Tensor or(Tensor a, Tensor b) {
        return a.logical_or(b);
    }

    /** {@code x}, but nothing below {@code bound}. */
    public static Tensor clampMin(Tensor x, double bound) {
        return x.clamp_min(new Scalar(bound));
    }

    public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
        return torch.where(condition, yes, no);
    }

    /** The column numbers [N, k] of each row's k largest values, largest first. */
    public static Tensor topK(Tensor x, int k) {
        // get1() is a view into the pair: copy the handle before the pair goes.
        return new Tensor(x.topk(k, -1, true, true).get1());
    }

    public static Tensor equalTo(Tensor a, Tensor b) {
        return a.eq(b);
    }

    /** True as 1, false as 0, in the type of {@code like}. */
    public static Tensor as(Tensor mask, Tensor like) {
        return mask.to(like.scalar_type());
    }

    /** The one value of {@code x}, repeated in the shape of {@code like}. */
    public static Tensor expandLike(Tensor x, Tensor like) {
        return x.expand_as(like);
    }

    /** [N] to [N, 1]. */
    public static Tensor column(Tensor x) {
        return x.unsqueeze(1);
    }

    // ---------------------------------------------------------------- gradients

    /** Marks a leaf whose gradient will be asked for. */
    public static Tensor requireGrad(Tensor leaf) {
        return leaf.requires_grad_(true);
    }

    /**
     * The gradients of {@code sum_i <outputs_i, cotangents_i>} with respect to each of {@code inputs}.
     *
     * @param keepGraph whether another pull through the same graph follows
     */
    public static Tensor[] grad(List<Tensor> outputs, List<Tensor> cotangents, Tensor[] inputs, boolean keepGraph) {
        TensorVector gradients = torch.grad(
                new TensorVector(outputs.toArray(Tensor[]::new)),
                new TensorVector(inputs),
                new TensorVector(cotangents.toArray(Tensor[]::new)),
                new BoolOptional(keepGraph),
                false,
                false);
        Tensor[] result = new Tensor[inputs.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = new Tensor(gradients.get(i)); // get() only borrows
        }
        return result;
    }

    /** Of each input whether {@code output} has a gradient with respect to it. */
    public static boolean[] dependsOn(Tensor output, List<Tensor> inputs) {
        boolean[] depends = new boolean[inputs.size()];
        if (depends.length > 0 && output.requires_grad()) {
            TensorVector gradients = torch.grad(
                    new TensorVector(output.sum()),
                    new TensorVector(inputs.toArray(Tensor[]::new)),
                    new TensorVector(),
                    new BoolOptional(),
                    false,
                    true);
            for (int i = 0; i < depends.length; i++) {
                depends[i] = gradients.get(i).defined();
            }
        }
        return depends;
    }

    // ---------------------------------------------------------------- fresh weights

    /** {@code x} becomes what {@code y} is. */
    public static Tensor copy_(Tensor x, Tensor y) {
        return x.copy_(y);
    }

    public static void fill_(Tensor x, double value) {
        x.fill_(new Scalar(value));
    }

    public static void normal_(Tensor x, double mean, double std) {
        x.normal_(mean, std, new GeneratorOptional());
    }

    public static void uniform_(Tensor x, double from, double to) {
        x.uniform_(from, to, new GeneratorOptional());
    }
}
