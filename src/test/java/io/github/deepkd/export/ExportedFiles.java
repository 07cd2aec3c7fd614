package io.github.deepkd.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.TensorScope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Files as {@code deepkd export} leaves them, for tests of other rooms: students of colour images, 8 x 8, and 7 classes. */
public final class ExportedFiles {

    public static final Shape SHAPE = new Shape(3, 8, 8);
    public static final int CLASSES = TrainedModels.CLASSES;

    private static final int CHANNELS = 2;

    private ExportedFiles() {}

    /** A ResNet-8 in that format. */
    public static Path resnet8(Format format, Path folder) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = TrainedModels.of("resnet8", SHAPE.channels());
            return new Exporter(model, TrainedModels.info(model, SHAPE), List.of(), folder)
                    .write(format)
                    .file();
        }
    }

    /** An ONNX model that has one of each kind of thing, but is small: most of its bytes say what it is. */
    public static byte[] tinyOnnx() {
        try (TensorScope scope = TensorScope.open()) {
            OnnxWriter writer = new OnnxWriter();
            writer.input(OnnxExport.INPUT, OnnxWriter.longs(SHAPE.channels(), SHAPE.height(), SHAPE.width()));
            String kernel = constant(writer, "kernel", CHANNELS, SHAPE.channels(), 3, 3);
            Map<String, Object> window =
                    Map.of("kernel_shape", OnnxWriter.longs(3, 3), "pads", OnnxWriter.longs(1, 1, 1, 1));
            writer.node("conv", "Conv", List.of(OnnxExport.INPUT, kernel), "a", window);
            writer.node("relu", "Relu", List.of("a"), "b", Map.of());
            Map<String, Object> pool =
                    Map.of("kernel_shape", OnnxWriter.longs(2, 2), "strides", OnnxWriter.longs(2, 2));
            writer.node("pool", "AveragePool", List.of("b"), "c", pool);
            String shape = writer.constant(OnnxTensors.of("shape", new long[] {0, 2 * CHANNELS, 8}));
            writer.node("shape", "Reshape", List.of("c", shape), "d", Map.of());
            writer.node("turn", "Transpose", List.of("d"), "e", Map.of("perm", OnnxWriter.longs(0, 2, 1)));
            writer.node("flat", "Flatten", List.of("e"), "f", Map.of("axis", 1L));
            String weight = constant(writer, "weight", CLASSES, 2 * CHANNELS * 8);
            String bias = constant(writer, "bias", CLASSES);
            Map<String, Object> turned = Map.of("transB", 1L, "alpha", 1f);
            writer.node("fc", "Gemm", List.of("f", weight, bias), OnnxExport.OUTPUT, turned);
            writer.output(OnnxExport.OUTPUT, OnnxWriter.longs(CLASSES));
            Model model = TrainedModels.of("resnet8", SHAPE.channels());
            return writer.bytes("1", TrainedModels.info(model, SHAPE).toMap());
        }
    }

    private static String constant(OnnxWriter writer, String name, long... shape) {
        double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        Arrays.setAll(values, i -> (i % 7 - 3) / 10.0);
        TensorProto tensor = OnnxTensors.of(name, values, shape);
        return writer.constant(tensor);
    }
}
