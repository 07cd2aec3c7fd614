package io.github.deepkd.weights;

import static java.util.Comparator.comparingLong;

import io.github.deepkd.BadInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * What stands before the tensors in a safetensors file: the length of the JSON as 8 bytes, little-endian, then the
 * JSON ({@link SafetensorsJson}).
 *
 * @param entries where each tensor lies, in the order of the JSON
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {

    /** The format's own limit, bytes. */
    private static final long LONGEST = 100_000_000;

    private static final long SHORTEST = "{}".length();

    /** One tensor: its bytes are {@code [begin, end)}, counted from the header's end. */
    record Entry(DType type, List<Long> shape, long begin, long end) {

        Entry movedTo(long start) {
            return new Entry(type, shape, start, start + end - begin);
        }
    }

    /** Reads the header and checks it, against the file's length too; the channel then stands at the data. */
    static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        long length = size < Long.BYTES ? 0 : next(channel, Long.BYTES).getLong();
        if (length < SHORTEST || length > LONGEST || length > size - Long.BYTES) {
            throw Faults.damaged(
                    file,
                    "a safetensors header of %s bytes cannot stand in a file of %d bytes"
                            .formatted(Long.toUnsignedString(length), size));
        }
        byte[] json = next(channel, (int) length).array();
        SafetensorsHeader header = SafetensorsJson.parse(file, json);
        header.requireNoGaps(file, size - channel.position());
        return header;
    }

    /** The header of a file to be written: wide types come first, so every tensor lies at a multiple of its width. */
    static SafetensorsHeader of(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> entries.put(name, unplaced(file, name, tensor)));
        long begin = 0;
        for (Map.Entry<String, Entry> named : sorted(entries, comparingLong(entry -> -entry.type().bytes))) {
            Entry placed = named.getValue().movedTo(begin);
            named.setValue(placed);
            begin = placed.end();
        }
        return new SafetensorsHeader(entries, new TreeMap<>(metadata)); // Map.of has another order in each process
    }

    /** The tensors' names in the order of their bytes. */
    List<String> inFileOrder() {
        return byPosition().stream().map(Map.Entry::getKey).toList();
    }

    /** All that the file has before the first tensor. */
    ByteBuffer bytes() throws IOException {
        byte[] json = SafetensorsJson.render(this);
        return ByteBuffer.allocate(Long.BYTES + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .flip();
    }

    private static Entry unplaced(Path file, String name, Tensor tensor) {
        if (name.equals(SafetensorsJson.METADATA)) {
            throw new BadInput("%s cannot be written: safetensors keeps the name %s for itself".formatted(file, name));
        }
        DType type = Tensors.type(tensor)
                .orElseThrow(() -> new BadInput("%s cannot be written: safetensors has no type for tensor %s of type %s"
                        .formatted(file, Faults.quote(name), tensor.scalar_type())));
        return new Entry(type, Tensors.shape(tensor), 0, tensor.nbytes());
    }

    private void requireNoGaps(Path file, long dataLength) {
        long end = 0;
        for (Map.Entry<String, Entry> named : byPosition()) {
            Entry entry = named.getValue();
            if (entry.begin() != end) {
                throw Faults.damaged(
                        file,
                        "tensor %s begins at byte %d of the data, the one before it ends at %d"
                                .formatted(Faults.quote(named.getKey()), entry.begin(), end));
            }
            end = entry.end();
        }
        if (end != dataLength) {
            throw Faults.damaged(
                    file, "its header describes %d bytes of tensors, the file holds %d".formatted(end, dataLength));
        }
    }

    private List<Map.Entry<String, Entry>> byPosition() {
        return sorted(entries, comparingLong(Entry::begin).thenComparingLong(Entry::end));
    }

    private static List<Map.Entry<String, Entry>> sorted(Map<String, Entry> entries, Comparator<Entry> order) {
        return entries.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(order))
                .toList();
    }

    private static ByteBuffer next(FileChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("it ends within its header");
            }
        }
        return bytes.flip();
    }
}
