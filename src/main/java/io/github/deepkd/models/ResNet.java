package io.github.deepkd.models;

import io.github.deepkd.models.ResidualBlock.Kind;
import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Residual networks (He et al. 2016): a stem, stages of {@link ResidualBlock}s, a global average, a linear classifier. */
final class ResNet implements Layer {

    /** Channels of the stem and the three stages; the x4 variants of Tian et al. 2020 are wider. */
    static final int[] THIN = {16, 16, 32, 64};

    static final int[] WIDE = {32, 64, 128, 256};

    private static final int[] FOUR_STAGES = {64, 64, 128, 256, 512};

    /** The two conventions: how modules are named and how large the images are. */
    private enum Style {
        TORCHVISION("downsample", "fc"),
        MDISTILLER_V2("shortcut", "linear");

        private final String shortcut;
        private final String classifier;

        Style(String shortcut, String classifier) {
            this.shortcut = shortcut;
            this.classifier = classifier;
        }
    }

    private final Layer stem;
    private final Layer pool;
    private final List<Layer> stages = new ArrayList<>();
    private final Layer classifier;

    /** Section 4.2, with projection shortcuts and mdistiller's names: a 3x3 stem and three stages; depth is 6n + 2. */
    static ResNet cifar(Frame frame, int depth, int[] widths) {
        int n = (depth - 2) / 6;
        return new ResNet(frame, Style.TORCHVISION, Blocks.IDENTITY, 3, widths, Kind.BASIC, n, n, n);
    }

    /** ImageNet's four stages behind a 3x3 stem, mdistiller's {@code resnetv2}. */
    static ResNet cifarV2(Frame frame, Kind kind, int... blocks) {
        return new ResNet(frame, Style.MDISTILLER_V2, Blocks.IDENTITY, 3, FOUR_STAGES, kind, blocks);
    }

    /** torchvision's: a 7x7 stem of stride 2, a max pooling and four stages. */
    static ResNet imageNet(Frame frame, Kind kind, int... blocks) {
        Layer pool = (x, mode) -> Torch.maxPool(x, 3, 2, 1);
        return new ResNet(frame, Style.TORCHVISION, pool, 7, FOUR_STAGES, kind, blocks);
    }

    private ResNet(Frame frame, Style style, Layer pool, int kernel, int[] widths, Kind kind, int... blocks) {
        this.pool = pool;
        int stride = kernel == 7 ? 2 : 1;
        stem = Layer.sequence(List.of(
                Blocks.convNorm(frame.state(), 1, Conv2d.spec(frame.channels(), widths[0], kernel, stride)),
                Layer.RELU));
        int in = widths[0];
        for (int stage = 1; stage <= blocks.length; stage++) {
            stages.add(stage(frame, style, kind, blocks[stage - 1], stage, in, widths[stage]));
            in = kind.expansion * widths[stage];
        }
        classifier = new Linear(frame.at(style.classifier), in, frame.classes());
    }

    private static Layer stage(Frame frame, Style style, Kind kind, int blocks, int stage, int in, int width) {
        int out = kind.expansion * width;
        int stride = stage == 1 ? 1 : 2;
        return Blocks.stage(
                frame.at("layer" + stage),
                blocks,
                (state, i) ->
                        new ResidualBlock(state, kind, style.shortcut, i == 0 ? in : out, width, i == 0 ? stride : 1));
    }

    private ResNet(ResNet network) {
        stem = network.stem.frozen();
        pool = network.pool;
        network.stages.forEach(stage -> stages.add(stage.frozen()));
        classifier = network.classifier;
    }

    @Override
    public Layer frozen() {
        return new ResNet(this);
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = mode.tap("stem", stem.forward(images, mode));
        return Blocks.classified(classifier, Blocks.tapped(stages, pool.forward(x, mode), mode), mode);
    }
}
