package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.files.WholeFile;
import io.github.deepkd.interop.OnnxSession;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.CompiledScript;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.Evaluator;
import io.github.deepkd.weights.PyTorchStateDict;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Writes one student in any format. What holds the network too is run and held against the student before it stays. */
public final class Exporter {

    private static final int REAL_IMAGES = 64;

    private final Model student;
    private final StudentInfo info;
    private final Path folder;
    private final List<Tensor> tried;

    /**
     * @param info which also says whether networks get their normalisation inside
     * @param test images to try besides random ones; none where there is no data
     * @param folder is made where it is missing
     */
    public Exporter(Model student, StudentInfo info, List<ImageSet> test, Path folder) {
        this.student = student;
        this.info = info;
        this.folder = folder;
        this.tried = new ArrayList<>(Agreement.randomImages(info.shape(), info.normalizes()));
        test.forEach(images -> tried.add(Samples.first(images, info.outside(), REAL_IMAGES)));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BadInput(
                    "the folder " + folder + " cannot be made (" + e.getMessage() + "): name another --output folder",
                    e);
        }
    }

    /** Writes the file of that format. */
    public ExportedFile write(Format format) {
        Path file = folder.resolve(format.file());
        StudentInfo own = info.normalizing(info.normalizes() && format.isProgram());
        Double difference =
                switch (format) {
                    case SAFETENSORS -> {
                        Safetensors.write(file, student.tensors(), own.toMap());
                        yield null;
                    }
                    case PYTORCH -> {
                        PyTorchStateDict.write(file, student.tensors());
                        yield null;
                    }
                    case ONNX -> onnx(file);
                    case TORCHSCRIPT -> torchScript(file);
                };
        return new ExportedFile(file, format.about(), size(file), difference, null);
    }

    /** The network as a graph, with its normalisation inside where the description says so. */
    Graph graph() {
        Graph graph = Graph.of(student, info.shape());
        return info.normalizes() ? graph.normalizing(info.normalization()) : graph;
    }

    private double onnx(Path file) {
        byte[] model = OnnxExport.bytes(graph(), info);
        try (OnnxSession onnx = OnnxSession.of(file.toString(), model, 1)) {
            double difference = agreeing(file, onnx);
            write(file, model);
            return difference;
        }
    }

    /**
     * Writes the ONNX model in 8 bits.
     *
     * @param training images, from {@code count} of which the values' ranges are taken
     * @param test images, on which it is measured
     */
    public ExportedFile int8(ImageSet training, int count, ImageSet test) {
        Path file = folder.resolve("student-int8.onnx");
        Graph graph = Folding.asConvolutions(graph());
        byte[] model = QuantizedExport.bytes(graph, info, Calibration.ranges(graph, info, training, count));
        try (OnnxSession onnx = OnnxSession.of(file.toString(), model, 1)) {
            double difference = Agreement.largest(this::expected, onnx, tried);
            double top1 = top1(onnx, test);
            write(file, model);
            return new ExportedFile(file, "the ONNX file in 8 bits", size(file), difference, top1);
        }
    }

    /** The accuracy on the test images of the ONNX file that was written. */
    public ExportedFile measured(ExportedFile onnx, ImageSet test) {
        try (OnnxSession network = OnnxSession.open(onnx.file(), 1)) {
            return new ExportedFile(onnx.file(), onnx.about(), onnx.bytes(), onnx.difference(), top1(network, test));
        }
    }

    private double top1(UnaryOperator<Tensor> network, ImageSet test) {
        return new Evaluator(test, info.outside(), 1).of(network).top1();
    }

    static void write(Path file, byte[] content) {
        try {
            WholeFile.write(file, channel -> WholeFile.writeAll(ByteBuffer.wrap(content), channel));
        } catch (IOException e) {
            throw new BadInput(
                    file + " cannot be written (" + e.getMessage() + "): make room or name another --output", e);
        }
    }

    /** libtorch writes and reads files only, so what is tried is a file beside. */
    private double torchScript(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".partial");
        try {
            ScriptExport.module(graph()).save(partial, Map.of("deepkd.json", StudentInfo.json(info.toMap())));
            double difference = agreeing(file, CompiledScript.load(partial));
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            return difference;
        } catch (IOException e) {
            throw new BadInput(file + " cannot be written: " + e, e);
        } finally {
            partial.toFile().delete();
        }
    }

    /** The largest difference, which is small. */
    private double agreeing(Path file, UnaryOperator<Tensor> exported) {
        double difference = Agreement.largest(this::expected, exported, tried);
        if (!(difference <= Agreement.BOUND)) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "%s was not written: its answers differ from the student's by up to %.1e of the largest logit,"
                            + " more than the %.0e allowed",
                    file,
                    difference,
                    Agreement.BOUND));
        }
        return difference;
    }

    private Tensor expected(Tensor images) {
        Tensor logits = student.predict(info.normalizes() ? normalized(images, info.normalization()) : images);
        if (!Double.isFinite(Torch.item(Torch.sum(logits)))) {
            throw new BadInput("the student's answers are not finite numbers: its training failed, there is nothing to"
                    + " export");
        }
        return logits;
    }

    private static Tensor normalized(Tensor pixels, Normalization normalization) {
        return Torch.div(Torch.sub(pixels, column(normalization.mean())), column(normalization.std()));
    }

    private static Tensor column(List<Double> channels) {
        float[] values = new float[channels.size()];
        for (int c = 0; c < values.length; c++) {
            values[c] = channels.get(c).floatValue();
        }
        return Torch.tensor(values, 1, values.length, 1, 1);
    }

    /** How many images the networks were tried on. */
    public long triedImages() {
        return tried.stream().mapToLong(images -> images.size(0)).sum();
    }

    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
