package io.github.deepkd.export;

import io.github.deepkd.export.Graph.Node;
import io.github.deepkd.tensor.Operation;
import io.github.deepkd.tensor.Operation.Conv2d;
import io.github.deepkd.tensor.Operation.Scale;
import io.github.deepkd.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Puts each {@link Scale} into the convolution before it where nobody else reads that one's output: {@code s (W * x + b) + t}
 * is the convolution with {@code s W} and {@code s b + t}. One before a convolution stays, for padding comes between.
 */
final class Folding {

    private Folding() {}

    static Graph fold(Graph graph) {
        Map<Integer, Integer> readers = graph.readers();
        Map<Integer, Node> byOutput = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            Node maker = node.operation() instanceof Scale ? byOutput.get(node.only()) : null;
            if (maker != null
                    && maker.operation() instanceof Conv2d conv
                    && readers.getOrDefault(node.only(), 0) == 1) {
                byOutput.remove(maker.output());
                Operation folded = folded(conv, (Scale) node.operation());
                byOutput.put(
                        node.output(), new Node(maker.name(), folded, maker.inputs(), node.output(), node.sizes()));
            } else {
                byOutput.put(node.output(), node);
            }
        }
        return new Graph(graph.input(), graph.shape(), List.copyOf(byOutput.values()), graph.output());
    }

    /** Each {@link Scale} that is left as what it also is, a convolution of single pixels and channels. */
    static Graph asConvolutions(Graph graph) {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> node.operation() instanceof Scale scale ? node.with(convolution(scale)) : node)
                .toList();
        return new Graph(graph.input(), graph.shape(), nodes, graph.output());
    }

    private static Conv2d convolution(Scale scale) {
        Tensor weight = scale.scale().view(-1, 1, 1, 1);
        return new Conv2d(weight, scale.shift(), 1, 0, (int) weight.size(0));
    }

    private static Conv2d folded(Conv2d conv, Scale scale) {
        Tensor weight = Torch.mul(conv.weight(), scale.scale().view(-1, 1, 1, 1));
        return new Conv2d(weight, bias(conv.bias(), scale), conv.stride(), conv.padding(), conv.groups());
    }

    private static Tensor bias(@Nullable Tensor bias, Scale scale) {
        return bias == null ? scale.shift() : Torch.add(Torch.mul(scale.scale(), bias), scale.shift());
    }
}
