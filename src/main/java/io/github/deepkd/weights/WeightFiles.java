package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** Reads weights whatever their format, and loads them into a model. */
public final class WeightFiles {

    private WeightFiles() {}

    /**
     * Reads a safetensors file, the index of several, or a PyTorch checkpoint, told apart by their content: names lie.
     *
     * @throws BadInput if it is none of them, or damaged
     */
    public static WeightFile read(Path file) {
        return switch (FileKind.of(file)) {
            case SAFETENSORS -> Safetensors.read(file);
            case SAFETENSORS_INDEX -> SafetensorsIndex.read(file);
            case PYTORCH, PYTORCH_LEGACY, TORCHSCRIPT -> PyTorchCheckpoint.read(file);
            case ONNX ->
                throw new BadInput(
                        "%s is an ONNX model, a program with its weights, not a file of weights: leave the model's name out, or set it to onnx"
                                .formatted(file));
        };
    }

    /** {@link #copyInto(Map, WeightFile, String, Supplier)} that cannot say what the file looks like. */
    public static void copyInto(Map<String, Tensor> model, WeightFile from, String modelName) {
        copyInto(model, from, modelName, () -> "");
    }

    /**
     * Copies the weights into the model's tensors, in place and without gradient. All or nothing: the names must be
     * the same, or mean the same ({@link KeyNames}), and so must the shapes. Floating types are converted. Only
     * {@code num_batches_tracked} may be missing from the file, as it is from files older than PyTorch 0.4.1.
     *
     * @param model the model's tensors by name
     * @param modelName how messages call it
     * @param likeness asked for the end of a refusal: what the file looks like, or nothing
     * @throws BadInput naming the missing, unexpected and misshapen keys, the first eight of each and how many more
     */
    public static void copyInto(
            Map<String, Tensor> model, WeightFile from, String modelName, Supplier<String> likeness) {
        WeightFile named = KeyNames.asOf(model.keySet(), from);
        Fit fit = Fit.of(model, named);
        if (!fit.isExact()) {
            throw fit.refusal(modelName, likeness.get());
        }
        Tensors.copyAll(named.tensors(), model);
    }
}
