package io.github.deepkd.tensor;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs what libtorch does by recursion, which overflows a thread's usual stack of a megabyte and ends the process. */
final class DeepStack {

    /** Bytes. Only what is used of it takes memory. */
    private static final long SIZE = 256L << 20;

    private DeepStack() {}

    /** The result of a task that runs on a thread of its own, with that thread's own modes, such as for gradients. */
    static <T> T call(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        new Thread(null, future, "deep-stack", SIZE).start();
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
