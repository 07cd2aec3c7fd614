package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.Operation;
import io.github.deepkd.tensor.Recorder;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A network as a list of operations, each of which makes one value from earlier ones. Weights are in float64.
 *
 * @param input the number of the value that is given, [N, C, H, W]
 * @param shape of one image
 * @param output the number of the logits' value, [N, classes]
 */
record Graph(int input, Shape shape, List<Node> nodes, int output) {

    /**
     * One operation.
     *
     * @param name the layer's, such as {@code layer1.0.conv1}, or the operation's and a number; in no other node
     * @param inputs the numbers of values
     * @param sizes of the output of one image, such as [C, H, W]
     */
    record Node(String name, Operation operation, List<Integer> inputs, int output, List<Long> sizes) {

        Node with(Operation other) {
            return new Node(name, other, inputs, output, sizes);
        }

        int only() {
            return inputs.get(0);
        }
    }

    Graph {
        nodes = List.copyOf(nodes);
    }

    /**
     * What the model does in evaluation mode to images of that shape, its normalisations folded into the convolutions before
     * them.
     *
     * @param model in float32 or float64
     */
    static Graph of(Model model, Shape shape) {
        // In the layout in which models compute, so that it is not copied.
        Tensor image =
                Torch.channelsLast(Torch.ones(model.precision(), 1, shape.channels(), shape.height(), shape.width()));
        Recorder.Recording recording = Recorder.of(model::predict, image);
        int output = recording
                .output()
                .orElseThrow(() -> new BadInput("the network " + model.name()
                        + " computes with operations that have no translation: it can be exported as safetensors or"
                        + " pytorch only"));
        List<Node> nodes = nodes(recording.steps(), layers(model));
        return Folding.fold(new Graph(0, shape, nodes, output).needed());
    }

    private static List<Node> nodes(List<Recorder.Step> steps, Map<Long, String> layers) {
        Set<String> names = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (Recorder.Step step : steps) {
            String layer = layer(step, layers);
            String name = names.add(layer) ? layer : layer + "_" + step.output(); // a layer may be used twice
            nodes.add(new Node(name, inFloat64(step.operation()), step.inputs(), step.output(), sizes(step)));
        }
        return nodes;
    }

    private static List<Long> sizes(Recorder.Step step) {
        return step.shape().subList(1, step.shape().size());
    }

    /** The layers' names by where their weight lies. */
    private static Map<Long, String> layers(Model model) {
        Map<Long, String> layers = new HashMap<>();
        model.tensors().forEach((name, tensor) -> {
            if (name.endsWith(".weight")) {
                layers.put(Torch.address(tensor), name.substring(0, name.length() - ".weight".length()));
            }
        });
        return layers;
    }

    private static String layer(Recorder.Step step, Map<Long, String> layers) {
        String kind = step.operation().getClass().getSimpleName().toLowerCase(Locale.ROOT);
        Tensor weight = weight(step.operation());
        String layer = weight == null ? null : layers.get(Torch.address(weight));
        return layer == null ? kind + "_" + step.output() : layer;
    }

    private static @Nullable Tensor weight(Operation operation) {
        if (operation instanceof Operation.Conv2d conv) {
            return conv.weight();
        }
        if (operation instanceof Operation.Linear linear) {
            return linear.weight();
        }
        return operation instanceof Operation.BatchNorm norm ? norm.weight() : null;
    }

    /** Normalisations become what they amount to. */
    private static Operation inFloat64(Operation operation) {
        if (operation instanceof Operation.Conv2d conv) {
            Tensor bias = conv.bias() == null ? null : Torch.float64(conv.bias());
            return new Operation.Conv2d(
                    Torch.float64(conv.weight()), bias, conv.stride(), conv.padding(), conv.groups());
        }
        if (operation instanceof Operation.Linear linear) {
            return new Operation.Linear(Torch.float64(linear.weight()), Torch.float64(linear.bias()));
        }
        return operation instanceof Operation.BatchNorm norm ? scale(norm) : operation;
    }

    private static Operation.Scale scale(Operation.BatchNorm norm) {
        Tensor deviation = Torch.sqrt(Torch.add(Torch.float64(norm.variance()), Torch.NORM_EPSILON));
        Tensor scale = Torch.div(Torch.float64(norm.weight()), deviation);
        Tensor shift = Torch.sub(Torch.float64(norm.bias()), Torch.mul(scale, Torch.float64(norm.mean())));
        return new Operation.Scale(scale, shift);
    }

    /** The same network for pixels in [0, 1], which it normalises itself. */
    Graph normalizing(Normalization normalization) {
        double[] scale = normalization.std().stream().mapToDouble(s -> 1 / s).toArray();
        double[] shift = new double[scale.length];
        for (int c = 0; c < shift.length; c++) {
            shift[c] = -normalization.mean().get(c) * scale[c];
        }
        int pixels = -1; // no value has it
        Operation operation = new Operation.Scale(Torch.tensor(scale, scale.length), Torch.tensor(shift, shift.length));
        List<Long> sizes = List.of((long) shape.channels(), (long) shape.height(), (long) shape.width());
        List<Node> all = new ArrayList<>(List.of(new Node("normalize", operation, List.of(pixels), input, sizes)));
        all.addAll(nodes);
        return new Graph(pixels, shape, all, output);
    }

    /** Without operations whose value nobody uses. */
    private Graph needed() {
        List<Node> kept = new ArrayList<>();
        List<Integer> wanted = new ArrayList<>(List.of(output));
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (wanted.contains(node.output())) {
                kept.add(0, node);
                wanted.addAll(node.inputs());
            }
        }
        return new Graph(input, shape, kept, output);
    }

    /** How many operations read each value; the network's output is read once more. */
    Map<Integer, Integer> readers() {
        Map<Integer, Integer> readers = new HashMap<>();
        readers.merge(output, 1, Integer::sum);
        nodes.forEach(node -> node.inputs().forEach(value -> readers.merge(value, 1, Integer::sum)));
        return readers;
    }
}
