package io.github.deepkd.report;

import com.google.protobuf.CodedOutputStream;
import io.github.deepkd.files.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One of TensorBoard's event files: TFRecord frames around the protocol buffer {@code tensorflow.Event}. Only the six
 * fields below are written, so no generated classes are needed.
 *
 * <pre>
 *   Event       1 wall_time double, 2 step int64, 3 file_version string, 5 summary, 7 session_log
 *   Summary     1 value, repeated: 1 tag string, 2 simple_value float
 *   SessionLog  1 status, START = 1
 *   frame       length uint64, its masked CRC, data, its masked CRC; little-endian
 * </pre>
 */
final class TensorBoardFile implements AutoCloseable {

    private static final int START = 1;

    private final FileChannel file;

    /** What is written into a protocol buffer. */
    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream message) throws IOException;
    }

    TensorBoardFile(Path file, double seconds) throws IOException {
        this.file = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        record(message(event -> {
            event.writeDouble(1, seconds);
            event.writeString(3, "brain.Event:2");
        }));
    }

    /**
     * Numbers by tag.
     *
     * @param seconds since 1970
     */
    void scalars(double seconds, long step, Map<String, Double> values) throws IOException {
        byte[] summary = message(fields -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                fields.writeByteArray(1, message(scalar -> {
                    scalar.writeString(1, value.getKey());
                    scalar.writeFloat(2, value.getValue().floatValue());
                }));
            }
        });
        record(message(event -> {
            event.writeDouble(1, seconds);
            event.writeInt64(2, step);
            event.writeByteArray(5, summary);
        }));
    }

    /** A new process begins: what earlier files tell of this step and later ones is void. */
    void restart(double seconds, long step) throws IOException {
        byte[] session = message(log -> log.writeEnum(1, START));
        record(message(event -> {
            event.writeDouble(1, seconds);
            event.writeInt64(2, step);
            event.writeByteArray(7, session);
        }));
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        fields.writeTo(message);
        message.flush();
        return bytes.toByteArray();
    }

    private void record(byte[] data) throws IOException {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        ByteBuffer frame = ByteBuffer.allocate(length.length + data.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(maskedCrc(length))
                .put(data)
                .putInt(maskedCrc(data))
                .flip();
        WholeFile.writeAll(frame, file); // one write a record
    }

    private static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
