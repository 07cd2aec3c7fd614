package io.github.deepkd.models;

import static io.github.deepkd.nn.Conv2d.spec;

import io.github.deepkd.BadInput;
import io.github.deepkd.nn.Init;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * VGG (Simonyan and Zisserman 2015) with batch normalisation, mdistiller's for CIFAR: five stages of 3x3 convolutions,
 * the first three halved by max pooling, the fourth in images 64 high only, and one linear layer. The convolutions have
 * biases, which the normalisation behind them takes out again.
 */
final class Vgg implements Layer {

    private static final int[] WIDTHS = {64, 128, 256, 512, 512};
    private static final int SMALLEST = 8;
    private static final int HALVED_FOUR_TIMES = 64;

    private final List<Layer> stages = new ArrayList<>();
    private final Layer classifier;

    /**
     * @param convolutions in each stage
     */
    Vgg(Frame frame, int... convolutions) {
        int in = frame.channels();
        for (int stage = 0; stage < WIDTHS.length; stage++) {
            stages.add(stage(frame.at("block" + stage), convolutions[stage], in, WIDTHS[stage]));
            in = WIDTHS[stage];
        }
        classifier = new Linear(frame.at("classifier"), in, frame.classes(), Init.normal(0.01), Init.ZERO);
    }

    private static Layer stage(StateDict state, int convolutions, int in, int out) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < convolutions; i++) {
            layers.add(Blocks.convNormRelu(
                    state, 3 * i, spec(i == 0 ? in : out, out, 3, 1).withBias()));
        }
        return Layer.sequence(layers);
    }

    private Vgg(Vgg network) {
        network.stages.forEach(stage -> stages.add(stage.frozen()));
        classifier = network.classifier;
    }

    @Override
    public Layer frozen() {
        return new Vgg(this);
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        requireSize(images);
        boolean fourTimes = images.size(2) == HALVED_FOUR_TIMES;
        Tensor x = mode.tap("stem", stages.get(0).forward(images, mode));
        for (int i = 1; i < stages.size(); i++) {
            Tensor input = i < 4 || fourTimes ? Torch.maxPool(x, 2, 2, 0) : x;
            x = mode.tap("layer" + i, stages.get(i).forward(input, mode));
        }
        return Blocks.classified(classifier, x, mode);
    }

    private static void requireSize(Tensor images) {
        if (Math.min(images.size(2), images.size(3)) < SMALLEST) {
            throw new BadInput("a VGG halves its images three times and needs them " + SMALLEST + " x " + SMALLEST
                    + " or larger, found " + images.size(2) + " x " + images.size(3) + ": choose another model");
        }
    }
}
