package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.WholeFile;
import io.github.deepkd.weights.StateDictPickler.Beside;
import io.github.deepkd.weights.StateDictPickler.Call;
import io.github.deepkd.weights.StateDictPickler.Global;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes what {@code torch.save(model.state_dict(), file)} writes, in PyTorch's zip format: a dictionary of tensors that
 * {@code torch.load(file, weights_only=True)} reads. Each tensor has a storage of its own.
 */
public final class PyTorchStateDict {

    private static final String FOLDER = "archive/";
    private static final String VERSION = "3\n";

    private PyTorchStateDict() {}

    /**
     * The file appears complete or not at all.
     *
     * @param tensors of any device and strides, by name
     * @throws BadInput if the file cannot be written, or a tensor has a type that PyTorch lacks
     */
    public static void write(Path file, Map<String, Tensor> tensors) {
        byte[] pickle = pickle(file, tensors);
        try {
            WholeFile.write(file, channel -> {
                // Without closing it: the file is synchronised with the disk afterwards.
                ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
                store(zip, "data.pkl", pickle);
                store(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
                int key = 0;
                for (Tensor tensor : tensors.values()) {
                    store(zip, "data/" + key++, bytes(tensor));
                }
                store(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
                zip.finish();
            });
        } catch (IOException e) {
            throw Faults.unwritable(file, e);
        }
    }

    private static byte[] pickle(Path file, Map<String, Tensor> tensors) {
        try {
            return new StateDictPickler().dumps(described(file, tensors));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it writes to memory
        }
    }

    private static Map<String, Object> described(Path file, Map<String, Tensor> tensors) {
        Map<String, Object> described = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            DType type = Tensors.type(named.getValue())
                    .orElseThrow(() -> new BadInput("%s cannot hold tensor %s: PyTorch's files have no such type"
                            .formatted(file, Faults.quote(named.getKey()))));
            described.put(named.getKey(), tensor(type, Integer.toString(described.size()), named.getValue()));
        }
        return described;
    }

    /** Storage, offset, sizes, strides, requires_grad and hooks: none. */
    private static Call tensor(DType type, String key, Tensor tensor) {
        List<Long> sizes = Tensors.shape(tensor);
        Global storageClass = new Global("torch", type.storageClass());
        return new Call(
                new Global("torch._utils", "_rebuild_tensor_v2"),
                new Beside("storage", storageClass, key, "cpu", tensor.numel()),
                0,
                sizes.toArray(),
                strides(sizes),
                false,
                new Call(new Global("collections", "OrderedDict")));
    }

    /** Of rows one after the other. */
    private static Object[] strides(List<Long> sizes) {
        Object[] strides = new Object[sizes.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, sizes.get(i));
        }
        return strides;
    }

    private static byte[] bytes(Tensor tensor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tensors.write(tensor, Channels.newChannel(bytes));
        return bytes.toByteArray();
    }

    /** Uncompressed, as PyTorch demands. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(FOLDER + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0); // the same weights, the same bytes
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
