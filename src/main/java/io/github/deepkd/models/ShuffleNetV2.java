package io.github.deepkd.models;

import static io.github.deepkd.nn.Conv2d.depthwise;
import static io.github.deepkd.nn.Conv2d.pointwise;
import static io.github.deepkd.nn.Layer.RELU;

import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Init;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** ShuffleNetV2 (Ma et al. 2018) of size 1, mdistiller's for CIFAR: a 1x1 stem that keeps the image's size. */
final class ShuffleNetV2 implements Layer {

    private static final int STEM = 24;
    private static final int[] WIDTHS = {116, 232, 464};
    /** The unit that halves the image and three or seven that keep its size. */
    private static final int[] UNITS = {4, 8, 4};

    private static final int HEAD = 1024;

    private final Layer stem;
    private final List<Layer> stages = new ArrayList<>();
    private final Layer head;
    private final Layer classifier;

    ShuffleNetV2(Frame frame) {
        stem = convNorm(frame.state(), 1, pointwise(frame.channels(), STEM));
        int in = STEM;
        for (int i = 0; i < WIDTHS.length; i++) {
            stages.add(stage(frame.at("layer" + (i + 1)), UNITS[i], in, WIDTHS[i]));
            in = WIDTHS[i];
        }
        head = convNorm(frame.state(), 2, pointwise(in, HEAD));
        classifier = new Linear(frame.at("linear"), HEAD, frame.classes());
    }

    private static Layer stage(StateDict state, int units, int in, int out) {
        return Blocks.stage(state, units, (at, i) -> i == 0 ? halving(at, in, out / 2) : keeping(at, out / 2));
    }

    private static Layer convNorm(StateDict state, int number, Conv2d.Spec spec) {
        return Blocks.convNorm(state, number, spec.drawn(Init.UNIFORM));
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = mode.tap("stem", Torch.relu_(stem.forward(images, mode)));
        Tensor y = Torch.relu_(head.forward(Blocks.tapped(stages, x, mode), mode));
        return Blocks.classified(classifier, y, mode);
    }

    /** Figure 3c: one half of the channels passes through, the other is convolved. */
    private static Layer keeping(StateDict state, int half) {
        Layer branch = branch(state, 1, half, half, 1);
        return (x, mode) -> joined(Torch.channels(x, 0, half), branch.forward(Torch.channels(x, half, half), mode));
    }

    /** Figure 3d: both halves are made of the whole input, at half its size. */
    private static Layer halving(StateDict state, int in, int half) {
        Layer left = Layer.sequence(
                List.of(convNorm(state, 1, depthwise(in, 2)), convNorm(state, 2, pointwise(in, half)), RELU));
        Layer right = branch(state, 3, in, half, 2);
        return (x, mode) -> joined(left.forward(x, mode), right.forward(x, mode));
    }

    /** Pointwise, depthwise, pointwise, the convolutions numbered from {@code first} on. */
    private static Layer branch(StateDict state, int first, int in, int out, int stride) {
        return Layer.sequence(List.of(
                convNorm(state, first, pointwise(in, out)),
                RELU,
                convNorm(state, first + 1, depthwise(out, stride)),
                convNorm(state, first + 2, pointwise(out, out)),
                RELU));
    }

    private static Tensor joined(Tensor left, Tensor right) {
        return Torch.channelShuffle(Torch.joinChannels(left, right), 2);
    }
}
