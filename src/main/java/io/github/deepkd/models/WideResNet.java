package io.github.deepkd.models;

import static io.github.deepkd.nn.Layer.RELU;

import io.github.deepkd.nn.BatchNorm2d;
import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Init;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.Sequence;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Wide residual networks (Zagoruyko and Komodakis 2016) with mdistiller's names and no dropout. Normalisation and ReLU
 * come before each convolution, so what a stage gives out is not normalised. Depth is 6n + 4.
 */
final class WideResNet implements Layer {

    private final Layer stem;
    private final List<Layer> stages = new ArrayList<>();
    private final Layer norm;
    private final Layer classifier;

    WideResNet(Frame frame, int depth, int widening) {
        int[] widths = {16, 16 * widening, 32 * widening, 64 * widening};
        stem = new Conv2d(frame.at("conv1"), Conv2d.spec(frame.channels(), widths[0], 3, 1));
        for (int stage = 1; stage <= 3; stage++) {
            StateDict state = frame.at("block" + stage).at("layer");
            stages.add(stage(state, (depth - 4) / 6, widths[stage - 1], widths[stage], stage == 1 ? 1 : 2));
        }
        norm = new BatchNorm2d(frame.at("bn1"), widths[3]);
        classifier = new Linear(frame.at("fc"), widths[3], frame.classes(), Init.UNIFORM, Init.ZERO);
    }

    private static Layer stage(StateDict state, int blocks, int in, int out, int stride) {
        return Blocks.stage(
                state, blocks, (at, i) -> i == 0 ? new Block(at, in, out, stride) : new Block(at, out, out, 1));
    }

    private WideResNet(WideResNet network) {
        stem = network.stem.frozen();
        network.stages.forEach(stage -> stages.add(stage.frozen()));
        norm = network.norm;
        classifier = network.classifier;
    }

    @Override
    public Layer frozen() {
        return new WideResNet(this);
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = Blocks.tapped(stages, mode.tap("stem", stem.forward(images, mode)), mode);
        return Blocks.classified(classifier, Torch.relu_(norm.forward(x, mode)), mode);
    }

    /** Two convolutions of 3x3; where the number of channels changes, a convolution of their input is the shortcut. */
    private static final class Block implements Layer {

        private final Layer norm;
        private final Sequence residual;
        private final @Nullable Layer projection;

        Block(StateDict state, int in, int out, int stride) {
            norm = new BatchNorm2d(state.at("bn1"), in);
            residual = Layer.sequence(List.of(
                    Blocks.convNorm(state, "conv1", "bn2", Conv2d.spec(in, out, 3, stride)),
                    RELU,
                    new Conv2d(state.at("conv2"), Conv2d.spec(out, out, 3, 1))));
            projection = in == out ? null : new Conv2d(state.at("convShortcut"), Conv2d.spec(in, out, 1, stride));
        }

        @Override
        public Tensor forward(Tensor x, Mode mode) {
            Tensor input = Torch.relu_(norm.forward(x, mode));
            Tensor shortcut = projection == null ? x : projection.forward(input, mode);
            return Torch.add_(residual.forward(input, mode), shortcut);
        }

        @Override
        public Layer frozen() {
            Sequence frozen = residual.frozen();
            Layer around = projection == null ? null : projection.frozen();
            return (x, mode) -> {
                Tensor input = Torch.relu_(norm.forward(x, mode));
                return frozen.addTo(around == null ? x : around.forward(input, mode), input, false);
            };
        }
    }
}
