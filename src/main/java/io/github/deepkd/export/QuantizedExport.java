package io.github.deepkd.export;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.deepkd.export.Graph.Node;
import io.github.deepkd.tensor.Operation;
import io.github.deepkd.tensor.Torch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * A graph whose weights and values are in 8 bits, as pairs of QuantizeLinear and DequantizeLinear around the operators, which
 * ONNX Runtime fuses into operators on integers. Values have one scale each, from their {@link Calibration}; weights one an
 * output channel, around zero. The logits stay in float32.
 */
final class QuantizedExport extends OnnxExport {

    /**
     * The largest weight. With 7 bits the products of 8-bit values and weights cannot overflow the 16 bits in which
     * processors without VNNI instructions add two of them up, so that answers are the same everywhere.
     */
    private static final int LARGEST_WEIGHT = 64;

    private final Map<Integer, Range> ranges;
    private final Set<Integer> quantized = new HashSet<>();

    private QuantizedExport(Graph graph, Map<Integer, Range> ranges) {
        super(graph);
        this.ranges = ranges;
        quantized.add(graph.input());
        graph.nodes().stream().filter(this::isQuantized).map(Node::output).forEach(quantized::add);
    }

    /** The model's file. */
    static byte[] bytes(Graph graph, StudentInfo info, Map<Integer, Range> ranges) {
        return new QuantizedExport(graph, ranges).write(info, List.of());
    }

    /** All but the logits and what a ReLU alone reads, for that becomes part of the operator. */
    private boolean isQuantized(Node node) {
        List<Node> readers = graph.nodes().stream()
                .filter(other -> other.inputs().contains(node.output()))
                .toList();
        boolean clipped = readers.size() == 1
                && (readers.get(0).operation() instanceof Operation.Relu
                        || readers.get(0).operation() instanceof Operation.Relu6);
        return node.output() != graph.output() && !clipped;
    }

    @Override
    byte[] write(StudentInfo info, List<Node> tapped) {
        inEightBits(graph.input(), INPUT);
        return super.write(info, tapped);
    }

    @Override
    void write(Node node) {
        super.write(node);
        if (quantized.contains(node.output())) {
            inEightBits(node.output(), made(node));
        }
    }

    @Override
    String made(Node node) {
        return super.made(node) + (quantized.contains(node.output()) ? "_float" : "");
    }

    @Override
    String read(int value) {
        return value == graph.input() ? INPUT + "_rounded" : super.read(value);
    }

    /** From the value {@code from} in float32 to what readers read. */
    private void inEightBits(int value, String from) {
        Range range = range(value);
        String name = read(value);
        String scale = writer.constant(OnnxTensors.of(name + "_scale", new double[] {range.step()}));
        String zero =
                writer.constant(OnnxTensors.ofBytes(name + "_zero", DataType.UINT8, new byte[] {(byte) range.zero()}));
        writer.node(name + "_quantize", "QuantizeLinear", List.of(from, scale, zero), name + "_8bit", Map.of());
        writer.node(name + "_dequantize", "DequantizeLinear", List.of(name + "_8bit", scale, zero), name, Map.of());
    }

    private Range range(int value) {
        return Objects.requireNonNull(ranges.get(value));
    }

    @Override
    String weight(Node node, Tensor weight) {
        double[] values = Torch.doubles(weight);
        double[] scales = scales(weight);
        int each = values.length / scales.length;
        byte[] rounded = new byte[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (byte) Math.rint(values[i] / scales[i / each]);
        }
        String name = node.name() + ".weight";
        String stored =
                writer.constant(OnnxTensors.ofBytes(name + "_8bit", DataType.INT8, rounded, Torch.shape(weight)));
        String zeros = writer.constant(
                OnnxTensors.ofBytes(name + "_zero", DataType.INT8, new byte[scales.length], scales.length));
        return dequantized(name, stored, scales, zeros);
    }

    /** In units of a value's step times a weight's, in which products are added up. */
    @Override
    String bias(Node node, Tensor bias, Tensor weight) {
        double[] scales = scales(weight);
        double[] values = Torch.doubles(bias);
        int[] rounded = new int[values.length];
        for (int c = 0; c < rounded.length; c++) {
            scales[c] *= range(node.only()).step();
            rounded[c] = (int) Math.rint(values[c] / scales[c]);
        }
        String name = node.name() + ".bias";
        String stored = writer.constant(OnnxTensors.ofInts(name + "_32bit", rounded, rounded.length));
        String zeros = writer.constant(OnnxTensors.ofInts(name + "_zero", new int[rounded.length], rounded.length));
        return dequantized(name, stored, scales, zeros);
    }

    private String dequantized(String name, String stored, double[] scales, String zeros) {
        String scale = writer.constant(OnnxTensors.of(name + "_scale", scales, scales.length));
        writer.node(name + "_dequantize", "DequantizeLinear", List.of(stored, scale, zeros), name, Map.of("axis", 0L));
        return name;
    }

    /** What one step of each output channel's weights is: [Co, …] to [Co], in float32. */
    private static double[] scales(Tensor weight) {
        double[] values = Torch.doubles(weight);
        int channels = (int) weight.size(0);
        int each = values.length / channels;
        double[] scales = new double[channels];
        for (int c = 0; c < channels; c++) {
            double largest = Arrays.stream(values, c * each, (c + 1) * each)
                    .map(Math::abs)
                    .max()
                    .orElse(0);
            scales[c] = (float) (Math.max(largest, 1e-8) / LARGEST_WEIGHT);
        }
        return scales;
    }
}
