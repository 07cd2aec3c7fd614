package io.github.deepkd.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Puts an ONNX model together, operator by operator, in float32 unless a tensor says otherwise; any number of images. */
final class OnnxWriter {

    /** The name of the images' dimension N. */
    private static final String BATCH = "N";

    private static final int OPSET = 17;
    private static final int IR_VERSION = 8; // of ONNX 1.12, which brought opset 17

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("student");

    OnnxWriter input(String name, List<Long> sizes) {
        graph.addInput(value(name, sizes));
        return this;
    }

    OnnxWriter output(String name, List<Long> sizes) {
        graph.addOutput(value(name, sizes));
        return this;
    }

    private static ValueInfoProto value(String name, List<Long> sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam(BATCH);
        sizes.forEach(size -> shape.addDimBuilder().setDimValue(size));
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Adds a constant and returns its name. */
    String constant(TensorProto tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /**
     * Adds an operator.
     *
     * @param name in no other operator
     * @param attributes each a Long, a Float or a List of Longs
     */
    void node(String name, String operator, List<String> inputs, String output, Map<String, Object> attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output);
        attributes.forEach((key, value) -> node.addAttribute(attribute(key, value)));
        graph.addNode(node);
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Long number) {
            return attribute
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(number)
                    .build();
        }
        if (value instanceof Float number) {
            return attribute
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF(number)
                    .build();
        }
        attribute.setType(AttributeProto.AttributeType.INTS);
        ((List<?>) value).forEach(number -> attribute.addInts((Long) number));
        return attribute.build();
    }

    /** The model, with free text beside it. */
    byte[] bytes(String version, Map<String, String> metadata) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("deepkd")
                .setProducerVersion(version)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph);
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    static List<Long> longs(long... values) {
        List<Long> list = new ArrayList<>();
        Arrays.stream(values).forEach(list::add);
        return list;
    }
}
