package io.github.deepkd.models;

import static io.github.deepkd.models.Blocks.convNorm;
import static io.github.deepkd.nn.Conv2d.pointwise;
import static io.github.deepkd.nn.Conv2d.spec;
import static io.github.deepkd.nn.Layer.RELU;

import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.Sequence;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Convolutions and a shortcut around them (He et al. 2016), which is a 1x1 convolution where the shape changes. */
final class ResidualBlock implements Layer {

    /** How the convolutions are arranged. */
    enum Kind {
        /** Two of 3x3. */
        BASIC(1) {
            @Override
            Sequence residual(StateDict state, int in, int width, int stride) {
                return Layer.sequence(List.of(
                        convNorm(state, 1, spec(in, width, 3, stride)),
                        RELU,
                        convNorm(state, 2, spec(width, width, 3, 1))));
            }
        },
        /** 1x1, 3x3, 1x1 with four times the channels; the 3x3 has the stride, as in torchvision. */
        BOTTLENECK(4) {
            @Override
            Sequence residual(StateDict state, int in, int width, int stride) {
                return Layer.sequence(List.of(
                        convNorm(state, 1, pointwise(in, width)),
                        RELU,
                        convNorm(state, 2, spec(width, width, 3, stride)),
                        RELU,
                        convNorm(state, 3, pointwise(width, expansion * width))));
            }
        };

        /** Output channels for each of the width. */
        final int expansion;

        Kind(int expansion) {
            this.expansion = expansion;
        }

        abstract Sequence residual(StateDict state, int in, int width, int stride);
    }

    private final Sequence residual;
    private final Layer shortcut;

    /**
     * @param module the shortcut's, where it is a convolution
     */
    ResidualBlock(StateDict state, Kind kind, String module, int in, int width, int stride) {
        int out = kind.expansion * width;
        residual = kind.residual(state, in, width, stride);
        shortcut = stride == 1 && in == out
                ? Blocks.IDENTITY
                : convNorm(state.at(module), "0", "1", spec(in, out, 1, stride));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return Torch.relu_(Torch.add_(residual.forward(x, mode), shortcut.forward(x, mode)));
    }

    @Override
    public Layer frozen() {
        Sequence frozen = residual.frozen();
        Layer around = shortcut.frozen();
        return (x, mode) -> frozen.addTo(around.forward(x, mode), x, true);
    }
}
