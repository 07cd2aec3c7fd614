package io.github.deepkd.weights;

import static java.nio.file.StandardOpenOption.READ;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** Files in the <a href="https://github.com/huggingface/safetensors#format">safetensors</a> format. */
public final class Safetensors {

    private Safetensors() {}

    /**
     * Reads every tensor, in the header's order. The whole header is checked before any tensor is made, so a false one
     * costs no more memory than the file has bytes.
     *
     * @throws BadInput if the file is not strictly what the format demands
     */
    public static WeightFile read(Path file) {
        FileKind.requireFile(file);
        try (FileChannel channel = FileChannel.open(file, READ)) {
            SafetensorsHeader header = SafetensorsHeader.read(file, channel);
            long dataStart = channel.position();
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, SafetensorsHeader.Entry> named :
                    header.entries().entrySet()) {
                SafetensorsHeader.Entry entry = named.getValue();
                channel.position(dataStart + entry.begin());
                tensors.put(named.getKey(), Tensors.read(entry.type(), entry.shape(), channel));
            }
            return new WeightFile(file, tensors, header.metadata());
        } catch (IOException e) {
            throw Faults.unreadable(file, e);
        }
    }

    /**
     * Writes the tensors. The file appears complete or not at all, even if the machine stops meanwhile; one that was
     * there before is replaced.
     *
     * @param tensors of any device and strides, by name
     * @param metadata free text to keep beside them
     * @throws BadInput if the file cannot be written, or a tensor has a type the format lacks
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        SafetensorsHeader header = SafetensorsHeader.of(file, tensors, metadata);
        try {
            WholeFile.write(file, channel -> {
                WholeFile.writeAll(header.bytes(), channel);
                for (String name : header.inFileOrder()) {
                    Tensors.write(Objects.requireNonNull(tensors.get(name)), channel);
                }
            });
        } catch (IOException e) {
            throw Faults.unwritable(file, e);
        }
    }
}
