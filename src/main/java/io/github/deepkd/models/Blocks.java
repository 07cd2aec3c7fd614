package io.github.deepkd.models;

import io.github.deepkd.nn.BatchNorm2d;
import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** What the networks are put together from. */
final class Blocks {

    /** {@code min(max(x, 0), 6)}, in place as {@link Layer#RELU}. */
    static final Layer RELU6 = (x, mode) -> Torch.relu6_(x);

    static final Layer IDENTITY = (x, mode) -> x;

    /** Makes the block {@code index} of a stage, from 0 on, with its tensors in {@code state}. */
    @FunctionalInterface
    interface Block {
        Layer make(StateDict state, int index);
    }

    private Blocks() {}

    /** A convolution and its normalisation, the modules {@code conv} and {@code norm}. */
    static Layer convNorm(StateDict state, String conv, String norm, Conv2d.Spec spec) {
        return Layer.sequence(List.of(new Conv2d(state.at(conv), spec), new BatchNorm2d(state.at(norm), spec.out())));
    }

    /** {@link #convNorm(StateDict, String, String, Conv2d.Spec)} for the modules {@code conv1} and {@code bn1}, and so on. */
    static Layer convNorm(StateDict state, int number, Conv2d.Spec spec) {
        return convNorm(state, "conv" + number, "bn" + number, spec);
    }

    /** A convolution, its normalisation and a ReLU: the modules {@code first}, the number after it, and none. */
    static Layer convNormRelu(StateDict state, int first, Conv2d.Spec spec) {
        return Layer.sequence(
                List.of(convNorm(state, Integer.toString(first), Integer.toString(first + 1), spec), Layer.RELU));
    }

    /** {@code count} blocks one after the other, the modules {@code 0}, {@code 1} … */
    static Layer stage(StateDict state, int count, Block block) {
        return Layer.sequence(IntStream.range(0, count)
                .mapToObj(i -> block.make(state.at(Integer.toString(i)), i))
                .toList());
    }

    /** Runs the stages in turn and taps each: {@code layer1}, {@code layer2} … */
    static Tensor tapped(List<Layer> stages, Tensor x, Mode mode) {
        Tensor y = x;
        for (int i = 0; i < stages.size(); i++) {
            y = mode.tap("layer" + (i + 1), stages.get(i).forward(y, mode));
        }
        return y;
    }

    /** The global average of {@code x} [N, C, H, W], tapped as {@code pooled} [N, C], and the classifier's logits. */
    static Tensor classified(Layer classifier, Tensor x, Mode mode) {
        return classifier.forward(mode.tap("pooled", Torch.globalAveragePool(x)), mode);
    }
}
