package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.interop.OnnxRuntime;
import io.github.deepkd.interop.OnnxSession;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.FileKind;
import io.github.deepkd.weights.WeightFile;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A student that is ready to classify: from a run's folder, an exported safetensors file or an exported ONNX file.
 *
 * @param source the folder or file, for messages
 * @param engine what computes, for people
 * @param network images [N, C, H, W] to logits [N, classes]
 */
public record Student(String source, StudentInfo info, String engine, UnaryOperator<Tensor> network)
        implements AutoCloseable {

    /**
     * Opens it; its tensors belong to the innermost scope.
     *
     * @param threads of one operation
     * @throws BadInput where there is none in the file or folder, or it does not say what its classes are
     */
    public static Student open(Path path, int threads) {
        Torch.threads(threads);
        if (Files.isDirectory(path)) {
            return ofRun(TrainedRun.open(path));
        }
        return switch (FileKind.of(path)) {
            case ONNX -> ofOnnx(path, threads);
            case TORCHSCRIPT ->
                throw new BadInput(path + " is a TorchScript module, which does not classify pictures here: export the"
                        + " student as safetensors or onnx");
            default -> ofWeights(path, WeightFiles.read(path));
        };
    }

    private static Student ofOnnx(Path file, int threads) {
        OnnxSession network = OnnxSession.open(file, threads);
        StudentInfo info = StudentInfo.of(file.toString(), network.metadata());
        return new Student(file.toString(), info, "ONNX Runtime " + OnnxRuntime.version(), network);
    }

    /** A run's own student has its configuration beside it. */
    private static Student ofWeights(Path file, WeightFile weights) {
        Path folder = file.toAbsolutePath().getParent();
        if (!StudentInfo.isIn(weights.metadata()) && folder != null && isStudent(file, folder)) {
            return ofRun(TrainedRun.open(folder));
        }
        StudentInfo info = StudentInfo.of(file.toString(), weights.metadata());
        Model model = model(file, info);
        WeightFiles.copyInto(model.tensors(), weights, model.name());
        model.loaded();
        return ofModel(file.toString(), info, model);
    }

    private static Model model(Path file, StudentInfo info) {
        try {
            return Models.create(
                    info.model(), info.shape().channels(), info.classNames().size(), Precision.FLOAT32);
        } catch (BadInput e) {
            throw new BadInput(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isStudent(Path file, Path folder) {
        return file.getFileName().toString().equals("student.safetensors")
                && Files.isRegularFile(folder.resolve("config.yaml"));
    }

    private static Student ofRun(TrainedRun run) {
        Dataset data = data(run);
        StudentInfo info = run.info(data.shape(), data.classNames(), data.name());
        return ofModel(
                run.folder().path().toString(), info, run.student(data.shape().channels(), data.classes()));
    }

    private static Dataset data(TrainedRun run) {
        try {
            return run.data(null);
        } catch (BadInput e) {
            throw new BadInput(
                    "the run's data, which names the classes, cannot be opened (" + e.getMessage()
                            + "): give what deepkd export made of the run in place of it",
                    e);
        }
    }

    private static Student ofModel(String source, StudentInfo info, Model model) {
        return new Student(source, info, "libtorch " + Torch.version(), model.frozen());
    }

    @Override
    public void close() {
        if (network instanceof OnnxSession onnx) {
            onnx.close();
        }
    }
}
