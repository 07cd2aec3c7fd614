package io.github.deepkd.models;

import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Init;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * MobileNet (Howard et al. 2017), for ImageNet, under the names of mdistiller, whose class {@code MobileNetV2} for
 * ImageNet is this one. A depthwise and a pointwise convolution make a block.
 */
final class MobileNetV1 implements Layer {

    private static final int STEM = 32;
    private static final int[] WIDTHS = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};

    /** How many blocks each tapped stage has: the parts that work at one eighth, a sixteenth … of the image's size. */
    private static final int[] STAGES = {3, 2, 6, 2};

    private final Layer stem;
    private final List<Layer> stages = new ArrayList<>();
    private final Layer classifier;

    MobileNetV1(Frame frame) {
        StateDict state = frame.at("model");
        stem = Blocks.convNormRelu(state.at("0"), 0, drawn(Conv2d.spec(frame.channels(), STEM, 3, 2)));
        int first = 0;
        for (int blocks : STAGES) {
            stages.add(stage(state, first, blocks));
            first += blocks;
        }
        classifier = new Linear(frame.at("fc"), WIDTHS[first - 1], frame.classes());
    }

    private static Layer stage(StateDict state, int first, int blocks) {
        List<Layer> layers = new ArrayList<>();
        for (int i = first; i < first + blocks; i++) {
            int in = i == 0 ? STEM : WIDTHS[i - 1];
            StateDict at = state.at(Integer.toString(i + 1));
            layers.add(Blocks.convNormRelu(at, 0, drawn(Conv2d.depthwise(in, stride(i)))));
            layers.add(Blocks.convNormRelu(at, 3, drawn(Conv2d.pointwise(in, WIDTHS[i]))));
        }
        return Layer.sequence(layers);
    }

    /** The image is halved wherever the width grows, but for the first block. */
    private static int stride(int block) {
        return block > 0 && WIDTHS[block] > WIDTHS[block - 1] ? 2 : 1;
    }

    private static Conv2d.Spec drawn(Conv2d.Spec spec) {
        return spec.drawn(Init.UNIFORM);
    }

    private MobileNetV1(MobileNetV1 network) {
        stem = network.stem.frozen();
        network.stages.forEach(stage -> stages.add(stage.frozen()));
        classifier = network.classifier;
    }

    @Override
    public Layer frozen() {
        return new MobileNetV1(this);
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = mode.tap("stem", stem.forward(images, mode));
        return Blocks.classified(classifier, Blocks.tapped(stages, x, mode), mode);
    }
}
