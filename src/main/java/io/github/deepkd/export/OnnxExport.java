package io.github.deepkd.export;

import static io.github.deepkd.export.OnnxWriter.longs;

import io.github.deepkd.export.Graph.Node;
import io.github.deepkd.tensor.Operation;
import io.github.deepkd.tensor.Operation.AveragePool;
import io.github.deepkd.tensor.Operation.ChannelShuffle;
import io.github.deepkd.tensor.Operation.Channels;
import io.github.deepkd.tensor.Operation.Conv2d;
import io.github.deepkd.tensor.Operation.Linear;
import io.github.deepkd.tensor.Operation.MaxPool;
import io.github.deepkd.tensor.Operation.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A {@link Graph} in ONNX's operators; its input is called {@code images}, its output {@code logits}. */
class OnnxExport {

    static final String INPUT = "images";
    static final String OUTPUT = "logits";

    final Graph graph;
    final OnnxWriter writer;

    OnnxExport(Graph graph) {
        this.graph = graph;
        this.writer = new OnnxWriter();
    }

    /** The model's file. */
    static byte[] bytes(Graph graph, StudentInfo info) {
        return new OnnxExport(graph).write(info, List.of());
    }

    /** The same network, which also gives out every value that an operation makes, under the names of {@link #valueName}. */
    static byte[] tapped(Graph graph, StudentInfo info) {
        List<Node> inner = graph.nodes().stream()
                .filter(node -> node.output() != graph.output())
                .toList();
        return new OnnxExport(graph).write(info, inner);
    }

    byte[] write(StudentInfo info, List<Node> tapped) {
        writer.input(
                INPUT,
                longs(
                        graph.shape().channels(),
                        graph.shape().height(),
                        graph.shape().width()));
        graph.nodes().forEach(this::write);
        writer.output(OUTPUT, longs(info.classNames().size()));
        tapped.forEach(node -> writer.output(valueName(graph, node.output()), node.sizes()));
        return writer.bytes(info.version(), info.toMap());
    }

    static String valueName(Graph graph, int value) {
        if (value == graph.input()) {
            return INPUT;
        }
        return value == graph.output() ? OUTPUT : "value_" + value;
    }

    String read(int value) {
        return valueName(graph, value);
    }

    /** The name of what an operator makes, which may be another than what readers read. */
    String made(Node node) {
        return valueName(graph, node.output());
    }

    void write(Node node) {
        Operation operation = node.operation();
        if (operation instanceof Conv2d conv) {
            conv(node, conv);
        } else if (operation instanceof Scale scale) {
            scale(node, scale);
        } else if (operation instanceof Linear linear) {
            linear(node, linear);
        } else if (operation instanceof MaxPool pool) {
            operator(node, "MaxPool", List.of(), window(pool.kernel(), pool.stride(), pool.padding()));
        } else if (operation instanceof AveragePool pool) {
            averagePool(node, pool);
        } else if (operation instanceof ChannelShuffle shuffle) {
            shuffle(node, shuffle.groups());
        } else if (operation instanceof Channels channels) {
            slice(node, channels);
        } else {
            simple(node);
        }
    }

    private void simple(Node node) {
        Operation operation = node.operation();
        if (operation instanceof Operation.Relu) {
            operator(node, "Relu", List.of(), Map.of());
        } else if (operation instanceof Operation.Relu6) {
            operator(node, "Clip", List.of(number(node, "min", 0), number(node, "max", 6)), Map.of());
        } else if (operation instanceof Operation.Add) {
            operator(node, "Add", List.of(), Map.of());
        } else if (operation instanceof Operation.JoinChannels) {
            operator(node, "Concat", List.of(), Map.of("axis", 1L));
        } else if (operation instanceof Operation.GlobalAveragePool) {
            globalAverage(node);
        } else {
            throw new IllegalStateException("a graph has no " + operation);
        }
    }

    private void operator(Node node, String operator, List<String> constants, Map<String, Object> attributes) {
        List<String> inputs =
                new ArrayList<>(node.inputs().stream().map(this::read).toList());
        inputs.addAll(constants);
        writer.node(node.name(), operator, inputs, made(node), attributes);
    }

    private String number(Node node, String name, double value) {
        return writer.constant(OnnxTensors.of(node.name() + "." + name, new double[] {value}));
    }

    private String numbers(Node node, String name, long... values) {
        return writer.constant(OnnxTensors.of(node.name() + "." + name, values));
    }

    /** The weight of a layer, as its operator reads it. */
    String weight(Node node, Tensor weight) {
        return writer.constant(OnnxTensors.of(node.name() + ".weight", weight));
    }

    /** The bias of a layer, as its operator reads it. */
    String bias(Node node, Tensor bias, Tensor weight) {
        return writer.constant(OnnxTensors.of(node.name() + ".bias", bias));
    }

    private void conv(Node node, Conv2d conv) {
        Map<String, Object> attributes = window((int) conv.weight().size(2), conv.stride(), conv.padding());
        attributes.put("group", (long) conv.groups());
        operator(node, "Conv", weights(node, conv.weight(), conv.bias()), attributes);
    }

    private void linear(Node node, Linear linear) {
        operator(node, "Gemm", weights(node, linear.weight(), linear.bias()), Map.of("transB", 1L));
    }

    private List<String> weights(Node node, Tensor weight, @Nullable Tensor bias) {
        String first = weight(node, weight);
        return bias == null ? List.of(first) : List.of(first, bias(node, bias, weight));
    }

    /** ONNX's normalisation with mean 0 and variance 1, which ONNX Runtime fuses and two operators it does not. */
    private void scale(Node node, Scale scale) {
        int channels = (int) scale.scale().numel();
        List<String> constants = List.of(
                writer.constant(OnnxTensors.of(node.name() + ".scale", scale.scale())),
                writer.constant(OnnxTensors.of(node.name() + ".shift", scale.shift())),
                writer.constant(OnnxTensors.of(node.name() + ".mean", new double[channels], channels)),
                writer.constant(OnnxTensors.of(node.name() + ".variance", ones(channels), channels)));
        operator(node, "BatchNormalization", constants, Map.of("epsilon", 0f));
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private void averagePool(Node node, AveragePool pool) {
        Map<String, Object> attributes = window(pool.kernel(), pool.stride(), pool.padding());
        attributes.put("count_include_pad", 1L);
        operator(node, "AveragePool", List.of(), attributes);
    }

    private static Map<String, Object> window(int kernel, int stride, int padding) {
        IntFunction<List<Long>> pair = size -> Collections.nCopies(2, (long) size);
        Map<String, Object> attributes = new TreeMap<>();
        attributes.put("kernel_shape", pair.apply(kernel));
        attributes.put("strides", pair.apply(stride));
        attributes.put("pads", Collections.nCopies(4, (long) padding));
        return attributes;
    }

    /** [N, C, H, W] to [N, C, 1, 1] to [N, C]. */
    private void globalAverage(Node node) {
        String pooled = made(node) + "_square";
        writer.node(node.name() + "_square", "GlobalAveragePool", List.of(read(node.only())), pooled, Map.of());
        writer.node(node.name(), "Flatten", List.of(pooled), made(node), Map.of("axis", 1L));
    }

    /** A size of 0 keeps that of the input: any number of images. */
    private void shuffle(Node node, int groups) {
        long c = node.sizes().get(0);
        long h = node.sizes().get(1);
        long w = node.sizes().get(2);
        String split = made(node) + "_split";
        String dealt = made(node) + "_dealt";
        String apart = numbers(node, "apart", 0, groups, c / groups, h, w);
        writer.node(node.name() + "_split", "Reshape", List.of(read(node.only()), apart), split, Map.of());
        Map<String, Object> order = Map.of("perm", longs(0, 2, 1, 3, 4));
        writer.node(node.name() + "_dealt", "Transpose", List.of(split), dealt, order);
        writer.node(
                node.name(), "Reshape", List.of(dealt, numbers(node, "together", 0, c, h, w)), made(node), Map.of());
    }

    private void slice(Node node, Channels channels) {
        List<String> constants = List.of(
                numbers(node, "first", channels.first()),
                numbers(node, "end", channels.first() + channels.count()),
                numbers(node, "axis", 1));
        operator(node, "Slice", constants, Map.of());
    }
}
