package io.github.deepkd.tensor;

import org.bytedeco.javacpp.PointerScope;

/**
 * Frees every native object born on this thread since it was opened. There are two lifetimes only, a run and a step;
 * scopes stand in the trainer, the evaluator, the commands and the tests, never in layers, losses or distillers.
 */
public final class TensorScope implements AutoCloseable {

    private final PointerScope pointers = new PointerScope();

    private TensorScope() {}

    public static TensorScope open() {
        return new TensorScope();
    }

    @Override
    public void close() {
        pointers.close();
    }
}
