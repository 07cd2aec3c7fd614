package io.github.deepkd.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Writes down which {@link Operation}s a network does to one input: {@link Torch} tells it, on the thread that records. Values
 * are numbered as they are made, the input is 0. A tensor that is changed in place becomes a new value.
 */
public final class Recorder {

    private static final ThreadLocal<@Nullable Recorder> ACTIVE = new ThreadLocal<>();

    private final List<Step> steps = new ArrayList<>();

    /** The value that lies in a tensor at the moment, by the address of libtorch's object, of which Java may have many. */
    private final Map<Long, Integer> values = new HashMap<>();

    /**
     * One operation.
     *
     * @param inputs the numbers of values
     * @param shape of the output, for as many images as were given
     */
    public record Step(Operation operation, List<Integer> inputs, int output, List<Long> shape) {}

    /**
     * What was done.
     *
     * @param output the value that the network gave back; empty where it was made by something that is no {@link Operation}
     */
    public record Recording(List<Step> steps, Optional<Integer> output) {}

    private Recorder() {}

    /** What {@code network} does to {@code input}, which it must not copy first. */
    public static Recording of(UnaryOperator<Tensor> network, Tensor input) {
        Recorder recorder = new Recorder();
        recorder.values.put(identity(input), 0);
        ACTIVE.set(recorder);
        try {
            Tensor output = network.apply(input);
            return new Recording(
                    List.copyOf(recorder.steps), Optional.ofNullable(recorder.values.get(identity(output))));
        } finally {
            ACTIVE.remove();
        }
    }

    /** Whether this thread records. */
    static boolean isActive() {
        return ACTIVE.get() != null;
    }

    /** Passes {@code output} on, and notes what made it where something is recorded. */
    static Tensor noted(Operation operation, Tensor output, Tensor... inputs) {
        Recorder recorder = ACTIVE.get();
        if (recorder != null) {
            recorder.note(operation, output, inputs);
        }
        return output;
    }

    private void note(Operation operation, Tensor output, Tensor... inputs) {
        List<@Nullable Integer> known =
                Arrays.stream(inputs).map(Recorder::identity).map(values::get).toList();
        if (known.contains(null)) {
            values.remove(identity(output)); // of something that was not noted
            return;
        }
        int value = steps.size() + 1;
        List<Long> shape = Arrays.stream(Torch.shape(output)).boxed().toList();
        steps.add(new Step(operation, List.copyOf(known), value, shape));
        values.put(identity(output), value);
    }

    private static long identity(Tensor x) {
        return x.unsafeGetTensorImpl().address();
    }
}
