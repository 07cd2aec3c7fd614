package io.github.deepkd.tensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with weights that do not change, whose bias, addition and ReLU are done while its output is in the cache:
 * oneDNN's post-operations, for which libtorch has operators but no functions. Where oneDNN cannot take the number format,
 * the same is done one operation after the other; where {@link Winograd}'s way is faster, it is taken. Without gradients.
 */
public final class FusedConv2d {

    /** Whether oneDNN takes a number format on this processor; asked once. */
    private static final Map<Precision, Boolean> FUSED = new ConcurrentHashMap<>();

    private final Tensor weight;
    private final Tensor bias;
    private final int stride;
    private final int padding;
    private final int groups;
    private final boolean fused;
    private final @Nullable Winograd winograd;

    /**
     * @param weight [Co, Ci / groups, k, k], in any number format and layout; kept where it is in those it is used in
     * @param bias [Co], in any number format
     */
    public FusedConv2d(Tensor weight, Tensor bias, int stride, int groups, Precision precision) {
        this(weight, bias, stride, groups, precision, isFused(weight, precision));
    }

    private FusedConv2d(Tensor weight, Tensor bias, int stride, int groups, Precision precision, boolean fused) {
        this.weight = Torch.channelsLast(Torch.compute(weight, precision));
        this.bias = Torch.compute(bias, precision);
        this.stride = stride;
        this.padding = (int) weight.size(2) / 2;
        this.groups = groups;
        this.fused = fused;
        winograd = Winograd.suits(weight, stride, groups, precision) ? new Winograd(weight, bias) : null;
    }

    private static boolean isFused(Tensor weight, Precision precision) {
        return !LargePointwise.fails(weight) && FUSED.computeIfAbsent(precision, FusedConv2d::works);
    }

    private static boolean works(Precision precision) {
        try (TensorScope probe = TensorScope.open()) {
            Tensor x = Torch.channelsLast(Torch.compute(Torch.ones(precision, 1, 16, 4, 4), precision));
            Tensor weight = Torch.ones(precision, 16, 16, 1, 1);
            FusedConv2d ones = new FusedConv2d(weight, Torch.ones(precision, 16), 1, 1, precision, true);
            return Torch.item(Torch.sum(Torch.noGrad(() -> ones.addTo(ones.of(x, true), x, true)))) == 34 * 16 * 16;
        } catch (RuntimeException e) {
            return false; // such as float64, or bfloat16 on a processor that has no instructions for it
        }
    }

    /** The convolution of {@code x} [N, Ci, H, W], and the ReLU of it where asked. */
    public Tensor of(Tensor x, boolean relu) {
        if (winograd != null && winograd.pays(x)) {
            return winograd.of(x, relu);
        }
        if (fused) {
            return Operators.convolve(this, x, relu);
        }
        Tensor y = Torch.conv2d(x, weight, bias, stride, padding, groups);
        return relu ? Torch.relu_(y) : y;
    }

    /** {@code y += of(x)}, and the ReLU of the sum where asked. {@code y} [N, Co, H', W'] is overwritten and returned. */
    public Tensor addTo(Tensor y, Tensor x, boolean relu) {
        if (winograd != null && winograd.pays(x)) {
            return winograd.addTo(y, x, relu);
        }
        if (fused && !ambiguous(x) && !ambiguous(y)) {
            return Operators.add(this, y, x, relu);
        }
        Torch.add_(y, Torch.conv2d(x, weight, bias, stride, padding, groups));
        return relu ? Torch.relu_(y) : y;
    }

    /**
     * Whether both layouts are the same for it, as for single pixels or channels: of sums of such tensors libtorch takes
     * another way, which fails in bfloat16.
     */
    private static boolean ambiguous(Tensor x) {
        return x.is_contiguous();
    }

    /** libtorch's operators, called with boxed arguments; lists have to be made by its own language. */
    private static final class Operators {
        private static final OperatorHandle CONVOLVE = operator("_convolution_pointwise", "");
        private static final OperatorHandle ADD = operator("_convolution_pointwise_", "binary");
        private static final IValue NO_NUMBERS = list("List[Optional[number]]", "[]");
        private static final IValue RELU = kept(new IValue("relu"));
        private static final IValue NOTHING = kept(new IValue("none"));
        private static final IValue NULL = kept(new IValue());
        private static final IValue SUM = kept(new IValue("add"));
        private static final IValue FACTOR = kept(new IValue(1.0));
        private static final Map<Integer, IValue> PAIRS = new ConcurrentHashMap<>();

        private static OperatorHandle operator(String name, String overload) {
            return kept(Dispatcher.singleton().findSchemaOrThrow("mkldnn::" + name, overload));
        }

        /** The same number for height and width. */
        private static IValue pair(int value) {
            return PAIRS.computeIfAbsent(value, v -> list("List[int]", "[" + v + ", " + v + "]"));
        }

        private static IValue list(String type, String value) {
            String source = "def f() -> " + type + ":\n  x: " + type + " = " + value + "\n  return x\n";
            return kept(
                    torch.compile(source).get_function(new QualifiedName("f")).apply(new IValueVector()));
        }

        /** Outlives the scope in which it happened to be made. */
        private static <P extends Pointer> P kept(P pointer) {
            pointer.retainReference();
            return pointer;
        }

        static Tensor convolve(FusedConv2d conv, Tensor x, boolean relu) {
            Stream<IValue> after = Stream.of(relu ? RELU : NOTHING, NO_NUMBERS, NULL);
            return call(CONVOLVE, Stream.concat(operands(conv, x), after));
        }

        static Tensor add(FusedConv2d conv, Tensor y, Tensor x, boolean relu) {
            Stream<IValue> sum = Stream.concat(Stream.of(new IValue(y)), operands(conv, x));
            return call(ADD, Stream.concat(sum, Stream.of(SUM, FACTOR, relu ? RELU : NULL, NO_NUMBERS, NULL)));
        }

        private static Stream<IValue> operands(FusedConv2d conv, Tensor x) {
            return Stream.of(
                    new IValue(x),
                    new IValue(conv.weight),
                    new IValue(conv.bias),
                    pair(conv.padding),
                    pair(conv.stride),
                    pair(1), // dilation
                    new IValue((long) conv.groups));
        }

        private static Tensor call(OperatorHandle operator, Stream<IValue> arguments) {
            IValueVector stack = new IValueVector(arguments.toArray(IValue[]::new));
            operator.callBoxed(stack);
            return new Tensor(stack.get(0).toTensor()); // which only borrows
        }
    }
}
