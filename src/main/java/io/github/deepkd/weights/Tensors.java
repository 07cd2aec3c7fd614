package io.github.deepkd.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * All that this room asks of libtorch. Both file formats and libtorch keep elements little-endian in row-major order,
 * so bytes pass through unchanged.
 */
final class Tensors {

    /** The largest piece of a tensor seen through one {@link ByteBuffer}. */
    private static final long WINDOW = 1 << 30;

    private Tensors() {}

    /** A new CPU tensor whose elements are the channel's next bytes. */
    static Tensor read(DType type, List<Long> shape, ReadableByteChannel from) throws IOException {
        Tensor tensor = empty(type, shape);
        try {
            transfer(tensor, buffer -> {
                if (from.read(buffer) < 0) {
                    throw new EOFException("it ends within a tensor");
                }
            });
            return tensor;
        } catch (IOException e) {
            tensor.close();
            throw e;
        }
    }

    /** Writes the tensor's elements in row-major order, whatever its device and strides. */
    static void write(Tensor tensor, WritableByteChannel to) throws IOException {
        try (Tensor onCpu = tensor.cpu();
                Tensor rows = onCpu.contiguous()) {
            transfer(rows, to::write);
        }
    }

    /** The elements of a storage seen with this offset, these sizes and strides, counted in elements. */
    static Tensor view(Tensor storage, long offset, List<Long> sizes, List<Long> strides) {
        try (LongOptional start = new LongOptional(offset)) {
            return storage.as_strided(array(sizes), array(strides), start);
        }
    }

    static List<Long> shape(Tensor tensor) {
        return LongStream.range(0, tensor.dim()).mapToObj(tensor::size).toList();
    }

    static Optional<DType> type(Tensor tensor) {
        return DType.of(tensor.scalar_type().intern());
    }

    /** Copies what {@code from} holds under the names of {@code to}, in place, converting types. */
    @SuppressWarnings("try") // The guard works by being open.
    static void copyAll(Map<String, Tensor> from, Map<String, Tensor> to) {
        try (NoGradGuard guard = new NoGradGuard()) {
            to.forEach((name, target) -> {
                Tensor source = from.get(name);
                if (source != null) {
                    target.copy_(source);
                }
            });
        }
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static Tensor empty(DType type, List<Long> shape) {
        try (TensorOptions options = new TensorOptions(type.scalarType)) {
            return torch.empty(array(shape), options, null);
        }
    }

    private static void transfer(Tensor contiguous, Transfer transfer) throws IOException {
        long end = contiguous.nbytes();
        try (BytePointer memory = new BytePointer(contiguous.data_ptr())) {
            memory.capacity(end);
            for (long at = 0; at < end; at += WINDOW) {
                ByteBuffer window =
                        memory.position(at).limit(Math.min(end, at + WINDOW)).asByteBuffer();
                while (window.hasRemaining()) {
                    transfer.some(window);
                }
            }
        }
    }

    private interface Transfer {
        void some(ByteBuffer buffer) throws IOException;
    }
}
