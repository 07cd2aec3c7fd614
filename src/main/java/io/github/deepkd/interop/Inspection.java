package io.github.deepkd.interop;

import io.github.deepkd.tensor.ScriptModule;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.FileKind;
import io.github.deepkd.weights.TensorInfo;
import io.github.deepkd.weights.WeightFile;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a file of weights, or a network with its program, tells of itself.
 *
 * @param tensors in the file's order
 * @param likeness the known architecture that it looks like, if any
 * @param classes the rows of its last matrix, mostly the classifier's; 0 where it has none
 * @param metadata free text: the file's own, producer and versions of ONNX models
 * @param signature of ONNX models: inputs, outputs and how often each operator occurs
 */
public record Inspection(
        Path file,
        FileKind kind,
        List<TensorInfo> tensors,
        Optional<Likeness> likeness,
        int classes,
        Map<String, String> metadata,
        Map<String, String> signature) {

    /** @throws io.github.deepkd.BadInput if it is in no known format, or damaged */
    public static Inspection of(Path file) {
        FileKind kind = FileKind.of(file);
        try (TensorScope reading = TensorScope.open()) {
            return switch (kind) {
                case ONNX -> onnx(file);
                case TORCHSCRIPT -> torchScript(file);
                default -> weights(file, kind);
            };
        }
    }

    private static Inspection weights(Path file, FileKind kind) {
        WeightFile weights = WeightFiles.read(file);
        return of(file, kind, TensorInfo.of(weights.tensors()), weights.metadata(), Map.of());
    }

    private static Inspection torchScript(Path file) {
        ScriptModule module = ScriptModule.load(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>(module.parameters());
        tensors.putAll(module.buffers());
        return of(file, FileKind.TORCHSCRIPT, TensorInfo.of(tensors), Map.of(), Map.of());
    }

    private static Inspection onnx(Path file) {
        OnnxFile model = OnnxFile.read(file);
        List<TensorInfo> tensors = new ArrayList<>();
        model.tensors().forEach(held -> tensors.add(new TensorInfo(held.name(), held.type(), held.shape())));
        return of(file, FileKind.ONNX, tensors, model.metadata(), model.signature());
    }

    private static Inspection of(
            Path file,
            FileKind kind,
            List<TensorInfo> tensors,
            Map<String, String> metadata,
            Map<String, String> signature) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        tensors.forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        return new Inspection(file, kind, tensors, Likeness.of(shapes), Likeness.classes(shapes), metadata, signature);
    }

    /** The number of values in all tensors. */
    public long values() {
        return tensors.stream().mapToLong(TensorInfo::values).sum();
    }
}
