package io.github.deepkd.models;

import static io.github.deepkd.models.Blocks.convNorm;
import static io.github.deepkd.models.Blocks.convNormRelu;
import static io.github.deepkd.nn.Conv2d.depthwise;
import static io.github.deepkd.nn.Conv2d.pointwise;

import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.Sequence;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The block of MobileNetV2 (Sandler et al. 2018, section 3.3): a pointwise convolution widens, a depthwise one filters,
 * a pointwise one narrows without a ReLU. The input is added where the shape stays.
 */
final class InvertedResidual implements Layer {

    /**
     * The block's sizes.
     *
     * @param expansion how many times the input's channels the inside has
     */
    record Size(int in, int out, int expansion, int stride) {

        int inside() {
            return expansion * in;
        }
    }

    private final Sequence residual;
    private final boolean adding;

    private InvertedResidual(List<Layer> residual, Size size) {
        this.residual = Layer.sequence(residual);
        this.adding = size.stride() == 1 && size.in() == size.out();
    }

    /** mdistiller's: one flat sequence with ReLU, which has the first convolution even where it widens nothing. */
    static InvertedResidual flat(StateDict state, Size size) {
        return new InvertedResidual(
                List.of(
                        convNormRelu(state, 0, pointwise(size.in(), size.inside())),
                        convNormRelu(state, 3, depthwise(size.inside(), size.stride())),
                        convNorm(state, "6", "7", pointwise(size.inside(), size.out()))),
                size);
    }

    /** torchvision's: a sequence of sequences with ReLU6, without the first convolution where it would widen nothing. */
    static InvertedResidual nested(StateDict state, Size size) {
        List<Layer> layers = new ArrayList<>();
        if (size.expansion() > 1) {
            layers.add(convNormRelu6(state.at("0"), pointwise(size.in(), size.inside())));
        }
        layers.add(convNormRelu6(state.at(Integer.toString(layers.size())), depthwise(size.inside(), size.stride())));
        int last = layers.size();
        layers.add(convNorm(
                state, Integer.toString(last), Integer.toString(last + 1), pointwise(size.inside(), size.out())));
        return new InvertedResidual(layers, size);
    }

    static Layer convNormRelu6(StateDict state, Conv2d.Spec spec) {
        return Layer.sequence(List.of(convNorm(state, "0", "1", spec), Blocks.RELU6));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        Tensor y = residual.forward(x, mode);
        return adding ? Torch.add_(y, x) : y;
    }

    @Override
    public Layer frozen() {
        Sequence frozen = residual.frozen();
        return adding ? (x, mode) -> frozen.addTo(x, x, false) : frozen;
    }
}
