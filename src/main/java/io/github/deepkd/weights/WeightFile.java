package io.github.deepkd.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a file of weights held.
 *
 * @param file where it was read
 * @param tensors by their names, in the file's order
 * @param metadata the free text beside them; empty for PyTorch checkpoints
 */
public record WeightFile(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {

    public WeightFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
