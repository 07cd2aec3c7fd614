package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Reads weights whatever their format, and loads them into a model. */
public final class WeightFiles {

    private WeightFiles() {}

    /**
     * Reads a safetensors file or a PyTorch checkpoint, told apart by their content: names lie.
     *
     * @throws BadInput if it is neither, or damaged
     */
    public static WeightFile read(Path file) {
        return FileKind.of(file) == FileKind.ZIP ? PyTorchCheckpoint.read(file) : Safetensors.read(file);
    }

    /**
     * Copies the weights into the model's tensors, in place and without gradient. All or nothing: the names must be
     * the same and so must the shapes. Floating types are converted. Only {@code num_batches_tracked} may be missing
     * from the file, as it is from files older than PyTorch 0.4.1.
     *
     * @param model the model's tensors by name
     * @param modelName how messages call it
     * @throws BadInput naming the missing, unexpected and misshapen keys, the first eight of each and how many more
     */
    public static void copyInto(Map<String, Tensor> model, WeightFile from, String modelName) {
        Fit fit = Fit.of(model, from);
        if (!fit.isExact()) {
            throw fit.refusal(modelName);
        }
        Tensors.copyAll(from.tensors(), model);
    }
}
