package io.github.deepkd.models;

import static io.github.deepkd.nn.Conv2d.depthwise;
import static io.github.deepkd.nn.Conv2d.pointwise;

import io.github.deepkd.nn.Init;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** ShuffleNet (Zhang et al. 2018) with three groups, mdistiller's for CIFAR: a 1x1 stem that keeps the image's size. */
final class ShuffleNetV1 implements Layer {

    private static final int GROUPS = 3;
    private static final int STEM = 24;
    private static final int[] WIDTHS = {240, 480, 960};
    private static final int[] BLOCKS = {4, 8, 4};

    private final Layer stem;
    private final List<Layer> stages = new ArrayList<>();
    private final Layer classifier;

    ShuffleNetV1(Frame frame) {
        stem = Blocks.convNorm(
                frame.state(), 1, pointwise(frame.channels(), STEM).drawn(Init.UNIFORM));
        int in = STEM;
        for (int i = 0; i < WIDTHS.length; i++) {
            stages.add(stage(frame.at("layer" + (i + 1)), BLOCKS[i], in, WIDTHS[i]));
            in = WIDTHS[i];
        }
        classifier = new Linear(frame.at("linear"), in, frame.classes());
    }

    private static Layer stage(StateDict state, int blocks, int in, int out) {
        return Blocks.stage(
                state, blocks, (at, i) -> i == 0 ? new Unit(at, in, out - in, 2) : new Unit(at, out, out, 1));
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = mode.tap("stem", Torch.relu_(stem.forward(images, mode)));
        return Blocks.classified(classifier, Blocks.tapped(stages, x, mode), mode);
    }

    /** Figure 2: grouped pointwise, shuffle, depthwise, grouped pointwise; the input is added or, halved, put beside. */
    private static final class Unit implements Layer {

        private final int shuffled;
        private final boolean halving;
        private final Layer conv1;
        private final Layer conv2;
        private final Layer conv3;

        Unit(StateDict state, int in, int out, int stride) {
            int inside = out / 4;
            shuffled = in == STEM ? 1 : GROUPS; // the stem's few channels are not divided
            halving = stride == 2;
            conv1 = Blocks.convNorm(
                    state, 1, pointwise(in, inside).grouped(shuffled).drawn(Init.UNIFORM));
            conv2 = Blocks.convNorm(state, 2, depthwise(inside, stride).drawn(Init.UNIFORM));
            conv3 = Blocks.convNorm(
                    state, 3, pointwise(inside, out).grouped(GROUPS).drawn(Init.UNIFORM));
        }

        @Override
        public Tensor forward(Tensor x, Mode mode) {
            Tensor y = Torch.channelShuffle(Torch.relu_(conv1.forward(x, mode)), shuffled);
            y = conv3.forward(Torch.relu_(conv2.forward(y, mode)), mode);
            return Torch.relu_(halving ? Torch.joinChannels(y, Torch.averagePool(x, 3, 2, 1)) : Torch.add_(y, x));
        }
    }
}
