package io.github.deepkd.data;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one pass over a split, in order, made ahead of time by daemon threads. A batch is valid until the next one
 * is asked for or the epoch is closed. For one consuming thread; close it, also when it was not read to its end.
 */
public final class Epoch implements Iterator<Batch>, AutoCloseable {

    /** Makes the batch of that number in the given buffer; any thread, several at once. */
    interface Maker {
        Batch make(int batch, FloatBuffer buffer);
    }

    private record Pending(Future<Batch> batch, FloatBuffer buffer) {}

    private final Maker maker;
    private final int end;
    private final BufferPool buffers;
    private final List<Thread> workers = new ArrayList<>();
    private final ExecutorService executor;
    private final Queue<Pending> ahead = new ArrayDeque<>();
    private int submitted;
    private @Nullable FloatBuffer handedOut;
    private long waitedNanos;

    /** Batches {@code from} to {@code end - 1}. */
    Epoch(Maker maker, int from, int end, int threads, BufferPool buffers) {
        this.maker = maker;
        this.end = end;
        this.buffers = buffers;
        this.submitted = from;
        this.executor = Executors.newFixedThreadPool(threads, this::worker);
        // One batch in the making and one ready for each thread, and one with the consumer.
        int window = Math.min(2 * threads + 1, end - from);
        for (int i = 0; i < window; i++) {
            submit(buffers.take());
        }
    }

    private Thread worker(Runnable work) {
        Thread thread = new Thread(work, "deepkd-loader-" + (workers.size() + 1));
        thread.setDaemon(true);
        workers.add(thread);
        return thread;
    }

    private void submit(FloatBuffer buffer) {
        int batch = submitted++;
        ahead.add(new Pending(executor.submit(() -> maker.make(batch, buffer)), buffer));
        if (submitted == end) {
            executor.shutdown(); // its threads end by themselves after the last batch
        }
    }

    @Override
    public boolean hasNext() {
        return !ahead.isEmpty();
    }

    /** The next batch; an exception of the thread that made it is thrown here as it is. */
    @Override
    public Batch next() {
        recycle();
        Pending next = ahead.poll();
        if (next == null) {
            throw new NoSuchElementException("the epoch is over or closed");
        }
        handedOut = next.buffer();
        long start = System.nanoTime();
        try {
            return get(next.batch());
        } finally {
            waitedNanos += System.nanoTime() - start;
        }
    }

    /** Puts the memory of the batch handed out before to use again. */
    private void recycle() {
        if (handedOut != null && submitted < end) {
            submit(handedOut);
        } else if (handedOut != null) {
            buffers.give(handedOut);
        }
        handedOut = null;
    }

    private static Batch get(Future<Batch> batch) {
        try {
            return batch.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause(); // a maker declares no other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a batch");
        }
    }

    /** How long the consumer has waited for batches so far. */
    public long waitedNanos() {
        return waitedNanos;
    }

    /** Stops the threads and waits for their end. */
    @Override
    public void close() {
        submitted = end;
        executor.shutdownNow();
        workers.forEach(Epoch::join);
        recycle();
        ahead.forEach(pending -> buffers.give(pending.buffer()));
        ahead.clear();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
