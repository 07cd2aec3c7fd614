package io.github.deepkd.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Frees every native object born on this thread since it was opened. There are two lifetimes only, a run and a step;
 * scopes stand in the trainer, the evaluator, the commands and the tests, never in layers, losses or distillers. But in
 * a sequence of layers nobody needs what one of them made once the next has used it: {@link #within}.
 */
public final class TensorScope implements AutoCloseable {

    private final PointerScope pointers = new PointerScope();

    private TensorScope() {}

    public static TensorScope open() {
        return new TensorScope();
    }

    /**
     * Frees all that is born in {@code body} but its result, which belongs to the scope around. While a {@link Recorder}
     * tells tensors by their addresses, which may be used again, nothing is freed.
     */
    public static Tensor within(Supplier<Tensor> body) {
        if (Recorder.isActive()) {
            return body.get();
        }
        Tensor result;
        try (TensorScope inner = open()) {
            result = owned(body.get());
            result.retainReference();
        }
        PointerScope outer = PointerScope.getInnerScope();
        if (outer != null) {
            outer.attach(result);
            result.releaseReference();
        }
        return result;
    }

    /** What an operation in place returns only borrows its operand, which another handle may own and free. */
    private static Tensor owned(Tensor tensor) {
        return tensor.referenceCount() < 0 ? new Tensor(tensor) : tensor;
    }

    @Override
    public void close() {
        pointers.close();
    }
}
