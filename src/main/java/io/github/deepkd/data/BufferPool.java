package io.github.deepkd.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers of one size, used again and again: the collector frees such memory late, or not at all. */
final class BufferPool {

    private final Queue<FloatBuffer> free = new ConcurrentLinkedQueue<>();
    private final int floats;

    BufferPool(int floats) {
        this.floats = floats;
    }

    FloatBuffer take() {
        FloatBuffer buffer = free.poll();
        return buffer != null ? buffer : allocate();
    }

    void give(FloatBuffer buffer) {
        free.add(buffer);
    }

    private FloatBuffer allocate() {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
