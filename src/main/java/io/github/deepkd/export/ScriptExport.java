package io.github.deepkd.export;

import io.github.deepkd.export.Graph.Node;
import io.github.deepkd.tensor.CompiledScript;
import io.github.deepkd.tensor.Operation;
import io.github.deepkd.tensor.Operation.AveragePool;
import io.github.deepkd.tensor.Operation.ChannelShuffle;
import io.github.deepkd.tensor.Operation.Channels;
import io.github.deepkd.tensor.Operation.Conv2d;
import io.github.deepkd.tensor.Operation.Linear;
import io.github.deepkd.tensor.Operation.MaxPool;
import io.github.deepkd.tensor.Operation.Scale;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A {@link Graph} as TorchScript: one line an operation, weights as buffers, in float32, for evaluation. */
final class ScriptExport {

    private final Graph graph;
    private final StringBuilder source = new StringBuilder("def forward(self, images: Tensor) -> Tensor:\n");
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();

    private ScriptExport(Graph graph) {
        this.graph = graph;
    }

    static CompiledScript module(Graph graph) {
        ScriptExport export = new ScriptExport(graph);
        graph.nodes()
                .forEach(node ->
                        export.line(export.value(node.output()) + " = " + export.expression(node, node.operation())));
        export.line("return " + export.value(graph.output()));
        return CompiledScript.of("Student", export.source.toString(), export.buffers);
    }

    private void line(String statement) {
        source.append("    ").append(statement).append('\n');
    }

    private String value(int number) {
        return number == graph.input() ? "images" : "v" + number;
    }

    private String buffer(Node node, String name, Tensor tensor) {
        String key = (node.name() + "_" + name).replaceAll("\\W", "_");
        buffers.put(key, Torch.compute(tensor, Precision.FLOAT32).contiguous());
        return "self." + key;
    }

    private String optional(Node node, String name, @Nullable Tensor tensor) {
        return tensor == null ? "None" : buffer(node, name, tensor);
    }

    private String expression(Node node, Operation operation) {
        String x = value(node.only());
        if (operation instanceof Conv2d conv) {
            return "torch.conv2d(%s, %s, %s, %s, %s, [1, 1], %d)"
                    .formatted(
                            x,
                            buffer(node, "weight", conv.weight()),
                            optional(node, "bias", conv.bias()),
                            pair(conv.stride()),
                            pair(conv.padding()),
                            conv.groups());
        } else if (operation instanceof Scale scale) {
            return "%s * %s + %s"
                    .formatted(x, column(node, "scale", scale.scale()), column(node, "shift", scale.shift()));
        } else if (operation instanceof Linear linear) {
            return "torch.linear(%s, %s, %s)"
                    .formatted(x, buffer(node, "weight", linear.weight()), buffer(node, "bias", linear.bias()));
        } else if (operation instanceof MaxPool pool) {
            return "torch.max_pool2d(%s, %s, %s, %s, [1, 1], False)"
                    .formatted(x, pair(pool.kernel()), pair(pool.stride()), pair(pool.padding()));
        } else if (operation instanceof AveragePool pool) {
            return "torch.avg_pool2d(%s, %s, %s, %s, False, True, None)"
                    .formatted(x, pair(pool.kernel()), pair(pool.stride()), pair(pool.padding()));
        }
        return simple(node, operation, x);
    }

    private String simple(Node node, Operation operation, String x) {
        if (operation instanceof Operation.Relu) {
            return "torch.relu(" + x + ")";
        } else if (operation instanceof Operation.Relu6) {
            return "torch.clamp(" + x + ", 0, 6)";
        } else if (operation instanceof Operation.GlobalAveragePool) {
            return "torch.mean(" + x + ", [2, 3])";
        } else if (operation instanceof ChannelShuffle shuffle) {
            return "torch.channel_shuffle(%s, %d)".formatted(x, shuffle.groups());
        } else if (operation instanceof Channels channels) {
            return "torch.narrow(%s, 1, %d, %d)".formatted(x, channels.first(), channels.count());
        }
        List<String> inputs = node.inputs().stream().map(this::value).toList();
        if (operation instanceof Operation.Add) {
            return String.join(" + ", inputs);
        } else if (operation instanceof Operation.JoinChannels) {
            return "torch.cat(" + inputs + ", 1)";
        }
        throw new IllegalStateException("a graph has no " + operation);
    }

    /** A number a channel, to be spread over height and width. */
    private String column(Node node, String name, Tensor channels) {
        return buffer(node, name, channels.view(-1, 1, 1));
    }

    private static String pair(int size) {
        return "[" + size + ", " + size + "]";
    }
}
