package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Subset;
import io.github.deepkd.export.Graph.Node;
import io.github.deepkd.interop.OnnxSession;
import io.github.deepkd.tensor.Operation;
import io.github.deepkd.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The range of every value of a graph over real images. */
final class Calibration {

    private static final int BATCH = 8;

    private Calibration() {}

    /** @throws BadInput where there are fewer than {@code count} */
    static void require(ImageSet training, int count) {
        if (count > training.size()) {
            throw new BadInput("--calibration-images is " + count + ", but there are " + training.size()
                    + " training images: ask for no more");
        }
    }

    /** @param count of the training images, as many of each class as can be */
    static Map<Integer, Range> ranges(Graph graph, StudentInfo info, ImageSet training, int count) {
        Map<Integer, Range> ranges = new HashMap<>();
        ImageSet images = Subset.balanced(training, count);
        try (OnnxSession network = OnnxSession.of("the network", OnnxExport.tapped(graph, info), 1)) {
            Samples.each(images, info.outside(), BATCH, batch -> widen(ranges, graph, network, batch));
        }
        graph.nodes().forEach(node -> keep(ranges, node));
        return ranges;
    }

    private static void widen(Map<Integer, Range> ranges, Graph graph, OnnxSession network, Tensor images) {
        widen(ranges, graph.input(), Torch.floats(images));
        Map<String, FloatBuffer> values = network.outputs(images);
        for (Node node : graph.nodes()) {
            FloatBuffer made = values.get(OnnxExport.valueName(graph, node.output()));
            if (made != null) {
                widen(ranges, node.output(), made);
            }
        }
    }

    private static void widen(Map<Integer, Range> ranges, int value, FloatBuffer values) {
        ranges.put(value, ranges.getOrDefault(value, Range.ZERO).with(values));
    }

    /** What only moves values has its input's range, so that the 8 bits need not be counted anew. */
    private static void keep(Map<Integer, Range> ranges, Node node) {
        Operation operation = node.operation();
        Range input = ranges.get(node.only());
        if (input != null
                && (operation instanceof Operation.MaxPool
                        || operation instanceof Operation.ChannelShuffle
                        || operation instanceof Operation.Channels)) {
            ranges.put(node.output(), input);
        }
    }
}
