package io.github.deepkd.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Files to read in tests: those that PyTorch and safetensors wrote (see make.py), and forged ones. */
final class WeightFixtures {

    private WeightFixtures() {}

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(WeightFixtures.class.getResource("/weights/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(resource(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A safetensors file of this header and so many zeros. */
    static byte[] safetensors(String header, int dataLength) {
        byte[] json = header.getBytes(UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + dataLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    /** A checkpoint of this pickle and one storage, "0", of four floats: 1, 2, 3, 4. */
    static Path checkpoint(Path file, byte[] pickle) {
        ByteBuffer floats = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        floats.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("weights/data.pkl", pickle);
        entries.put("weights/data/0", floats.array());
        return zip(file, ZipEntry.STORED, entries);
    }

    static Path zip(Path file, int method, Map<String, byte[]> entries) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                zip.putNextEntry(entry(named.getKey(), method, named.getValue()));
                zip.write(named.getValue());
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A float32 tensor 0, 1, 2, … of this shape. */
    static Tensor counting(long... shape) {
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return torch.tensor(values).reshape(shape);
    }

    /** The elements in row-major order. */
    static double[] values(Tensor tensor) {
        Tensor doubles = tensor.to(ScalarType.Double).contiguous();
        DoublePointer memory = new DoublePointer(doubles.data_ptr());
        return IntStream.range(0, (int) doubles.numel())
                .mapToDouble(memory::get)
                .toArray();
    }

    private static ZipEntry entry(String name, int method, byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(method);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        return entry;
    }
}
