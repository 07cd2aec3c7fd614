package io.github.deepkd.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxTest {

    private static final int PIXELS = 12;
    private static final int CLASSES = 3;

    /** Any batch, written as 0. */
    private static final int ANY = 0;

    private static final Shape SHAPE = new Shape(1, 3, 4);

    private final TensorScope scope = TensorScope.open();

    @TempDir
    private Path folder;

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {ANY, 1, 4, 9})
    void aTeacherOfAnyBatchAnswersEveryImageOnce(int batch) throws IOException {
        Model teacher = Onnx.teacher(write(batch, "Gemm", CLASSES, TensorProto.DataType.FLOAT), SHAPE, CLASSES);
        Tensor images = Torch.channelsLast(images(6));

        Tensor expected = Torch.matmul(images.reshape(6, PIXELS), Torch.tensor(weights(), PIXELS, CLASSES));
        double[] actual = Torch.doubles(teacher.predict(images));

        assertThat(actual)
                .hasSize(6 * CLASSES)
                .containsExactly(Torch.doubles(expected), org.assertj.core.data.Offset.offset(1e-5));
        assertThat(teacher.parameters()).isEqualTo(PIXELS * CLASSES);
        assertThatThrownBy(() -> teacher.forward(images, Mode.TRAINING))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("only teaches");
    }

    @Test
    void whatCannotTeachIsRefusedInOneSentence() throws IOException {
        refused(
                write(ANY, "Frobnicate", CLASSES, TensorProto.DataType.FLOAT),
                "ONNX Runtime cannot load",
                "Frobnicate");
        refused(write(ANY, "Gemm", 4, TensorProto.DataType.FLOAT), "has 4 classes, the data has 3");
        refused(write(ANY, "Flat", CLASSES, TensorProto.DataType.FLOAT), "with the shape [24], not with logits [2, 3]");
        refused(write(ANY, "Gemm", CLASSES, TensorProto.DataType.DOUBLE), "expected one input of float32 images");
        Path text = Files.write(folder.resolve("cut.onnx"), new byte[] {8, 7, 18, 100, 1});
        refused(text, "ONNX Runtime cannot load");
        Path good = write(ANY, "Gemm", CLASSES, TensorProto.DataType.FLOAT);
        assertThatThrownBy(() -> Onnx.teacher(good, new Shape(3, 3, 4), CLASSES))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("takes images of the shape [1, 3, 4]")
                .hasMessageContaining("the data's are [3, 3, 4]");
    }

    @Test
    void itIsInspectedWithoutARuntime() throws IOException {
        Inspection found = Inspection.of(write(ANY, "Frobnicate", CLASSES, TensorProto.DataType.FLOAT));

        assertThat(found.kind().about()).isEqualTo("ONNX model");
        assertThat(found.classes()).isEqualTo(CLASSES);
        assertThat(found.metadata()).containsEntry("opset", "17").containsEntry("producer", "a test");
        assertThat(found.signature())
                .containsEntry("inputs", "images[any, 1, 3, 4]")
                .containsEntry("operators", "{Flatten=1, Frobnicate=1}");
    }

    private void refused(Path file, String... why) {
        assertThatThrownBy(() -> Onnx.teacher(file, SHAPE, CLASSES))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(why)
                .hasMessageNotContaining("\n");
    }

    /** Images [batch, 1, 3, 4] flattened and multiplied with a matrix by {@code operator}. */
    private Path write(int batch, String operator, int classes, TensorProto.DataType type) throws IOException {
        boolean flat = operator.equals("Flat");
        NodeProto flatten = NodeProto.newBuilder()
                .setOpType("Flatten")
                .addInput("images")
                .addOutput("flat")
                .build();
        NodeProto last = flat ? node("Reshape", "flat", "all", "logits") : node(operator, "flat", "weight", "logits");
        TensorProto.Builder weight = TensorProto.newBuilder()
                .setName("weight")
                .setDataType(type.getNumber())
                .addDims(classes)
                .addDims(PIXELS);
        // [classes, pixels] as PyTorch has it, so that inspection sees the classes first; Gemm transposes it.
        GraphProto.Builder graph = GraphProto.newBuilder().setName("g").addNode(flatten);
        if (operator.equals("Gemm")) {
            last = last.toBuilder()
                    .addAttribute(ai.onnx.proto.OnnxMl.AttributeProto.newBuilder()
                            .setName("transB")
                            .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.INT)
                            .setI(1))
                    .build();
        }
        for (double value : transposed(classes)) {
            if (type == TensorProto.DataType.FLOAT) {
                weight.addFloatData((float) value);
            } else {
                weight.addDoubleData(value);
            }
        }
        graph.addNode(last).addInitializer(weight);
        if (flat) {
            graph.addInitializer(TensorProto.newBuilder()
                    .setName("all")
                    .setDataType(TensorProto.DataType.INT64.getNumber())
                    .addDims(1)
                    .addInt64Data(-1));
        }
        List<Integer> output = flat ? List.of(ANY) : List.of(batch, classes);
        graph.addInput(value("images", type, List.of(batch, 1, 3, 4))).addOutput(value("logits", type, output));
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("a test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
        return Files.write(folder.resolve(operator + batch + classes + type + ".onnx"), model.toByteArray());
    }

    private static NodeProto node(String operator, String a, String b, String out) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addInput(a)
                .addInput(b)
                .addOutput(out)
                .build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, List<Integer> shape) {
        TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
        shape.forEach(size -> dims.addDim(
                size == ANY
                        ? TensorShapeProto.Dimension.newBuilder().setDimParam("n")
                        : TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(dims)))
                .build();
    }

    /** [PIXELS, CLASSES]. */
    private static float[] weights() {
        float[] weights = new float[PIXELS * CLASSES];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i % 7) - 3;
        }
        return weights;
    }

    private static double[] transposed(int classes) {
        List<Double> values = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            for (int p = 0; p < PIXELS; p++) {
                values.add((double) ((p * CLASSES + c) % 7 - 3));
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Tensor images(int count) {
        float[] values = new float[count * PIXELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 11) / 5f - 1;
        }
        assertThat(Arrays.stream(new int[] {values.length}).sum()).isEqualTo(count * PIXELS);
        return Torch.tensor(values, count, 1, 3, 4);
    }
}
