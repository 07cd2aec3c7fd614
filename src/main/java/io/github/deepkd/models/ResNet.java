package io.github.deepkd.models;

import io.github.deepkd.nn.BatchNorm2d;
import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The CIFAR ResNets (He et al. 2016, section 4.2) with projection shortcuts and mdistiller's names: a 3x3 stem, three
 * stages of basic blocks, a global average and a linear classifier. Depth is 6n + 2.
 */
final class ResNet implements Layer {

    /** Channels of the stem and the three stages; the x4 variants of Tian et al. 2020 are wider. */
    static final int[] THIN = {16, 16, 32, 64};

    static final int[] WIDE = {32, 64, 128, 256};

    private final Layer stem;
    private final Layer stemNorm;
    private final List<Layer> stages = new ArrayList<>();
    private final Layer classifier;

    ResNet(StateDict state, int channels, int classes, int depth, int[] widths) {
        stem = new Conv2d(state.at("conv1"), channels, widths[0], 3, 1);
        stemNorm = new BatchNorm2d(state.at("bn1"), widths[0]);
        int blocks = (depth - 2) / 6;
        for (int stage = 1; stage <= 3; stage++) {
            StateDict at = state.at("layer" + stage);
            stages.add(stage(at, blocks, widths[stage - 1], widths[stage], stage == 1 ? 1 : 2));
        }
        classifier = new Linear(state.at("fc"), widths[3], classes);
    }

    private static Layer stage(StateDict state, int blocks, int in, int out, int stride) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new BasicBlock(state.at("0"), in, out, stride));
        for (int i = 1; i < blocks; i++) {
            layers.add(new BasicBlock(state.at(Integer.toString(i)), out, out, 1));
        }
        return Layer.sequence(layers);
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = mode.tap("stem", Torch.relu(stemNorm.forward(stem.forward(images, mode), mode)));
        for (int i = 0; i < stages.size(); i++) {
            x = mode.tap("layer" + (i + 1), stages.get(i).forward(x, mode));
        }
        return classifier.forward(mode.tap("pooled", Torch.globalAveragePool(x)), mode);
    }

    /** Two 3x3 convolutions and a shortcut, which is a 1x1 convolution where the shape changes. */
    private static final class BasicBlock implements Layer {

        private final Layer conv1;
        private final Layer bn1;
        private final Layer conv2;
        private final Layer bn2;
        private final Layer shortcut;

        BasicBlock(StateDict state, int in, int out, int stride) {
            conv1 = new Conv2d(state.at("conv1"), in, out, 3, stride);
            bn1 = new BatchNorm2d(state.at("bn1"), out);
            conv2 = new Conv2d(state.at("conv2"), out, out, 3, 1);
            bn2 = new BatchNorm2d(state.at("bn2"), out);
            shortcut = stride == 1 && in == out ? (x, mode) -> x : projection(state.at("downsample"), in, out, stride);
        }

        private static Layer projection(StateDict state, int in, int out, int stride) {
            return Layer.sequence(
                    List.of(new Conv2d(state.at("0"), in, out, 1, stride), new BatchNorm2d(state.at("1"), out)));
        }

        @Override
        public Tensor forward(Tensor x, Mode mode) {
            Tensor y = Torch.relu_(bn1.forward(conv1.forward(x, mode), mode));
            y = bn2.forward(conv2.forward(y, mode), mode);
            return Torch.relu_(Torch.add_(y, shortcut.forward(x, mode)));
        }
    }
}
