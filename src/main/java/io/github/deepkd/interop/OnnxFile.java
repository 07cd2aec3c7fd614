package io.github.deepkd.interop;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.deepkd.BadInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an ONNX file tells of itself.
 *
 * @param tensors its initializers
 * @param signature inputs, outputs and how often each operator occurs
 * @param metadata producer, versions and what the exporter wrote
 */
record OnnxFile(List<Held> tensors, Map<String, String> signature, Map<String, String> metadata) {

    /** An initializer. */
    record Held(String name, String type, List<Long> shape) {

        static Held of(TensorProto tensor) {
            TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
            return new Held(tensor.getName(), type == null ? "?" : type.name(), tensor.getDimsList());
        }
    }

    /** @throws BadInput if it is no protobuf of a model */
    static OnnxFile read(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return of(ModelProto.parseFrom(in));
        } catch (IOException e) {
            throw new BadInput(
                    "%s is damaged or no ONNX model (%s): copy or export it again"
                            .formatted(
                                    file,
                                    String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")),
                    e);
        }
    }

    private static OnnxFile of(ModelProto model) {
        GraphProto graph = model.getGraph();
        Map<String, Integer> operators = new TreeMap<>();
        graph.getNodeList().stream().map(NodeProto::getOpType).forEach(type -> operators.merge(type, 1, Integer::sum));
        Map<String, String> signature = new LinkedHashMap<>();
        signature.put("inputs", values(graph.getInputList()));
        signature.put("outputs", values(graph.getOutputList()));
        signature.put("operators", operators.toString());
        return new OnnxFile(graph.getInitializerList().stream().map(Held::of).toList(), signature, metadata(model));
    }

    private static String values(List<ValueInfoProto> values) {
        return values.stream()
                .map(value -> value.getName()
                        + value.getType().getTensorType().getShape().getDimList().stream()
                                .map(dim -> dim.hasDimValue() ? Long.toString(dim.getDimValue()) : "any")
                                .toList())
                .collect(Collectors.joining(", "));
    }

    private static Map<String, String> metadata(ModelProto model) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("producer", (model.getProducerName() + " " + model.getProducerVersion()).strip());
        metadata.put("ir version", Long.toString(model.getIrVersion()));
        model.getOpsetImportList()
                .forEach(opset -> metadata.put(
                        opset.getDomain().isEmpty() ? "opset" : "opset of " + opset.getDomain(),
                        Long.toString(opset.getVersion())));
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return metadata;
    }

    /** The number of values in floating tensors. */
    long values() {
        return tensors.stream()
                .filter(tensor ->
                        tensor.type().contains("FLOAT") || tensor.type().equals("DOUBLE"))
                .mapToLong(tensor -> tensor.shape().stream().reduce(1L, (a, b) -> a * b))
                .sum();
    }
}
