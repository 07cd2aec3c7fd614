package io.github.deepkd.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/** Layers one after the other. */
public final class Sequence implements Layer {

    private final List<Layer> layers;

    private Sequence(List<Layer> layers) {
        this.layers = layers;
    }

    /** Sequences within are taken apart, so that neighbours are found. */
    static Sequence of(List<Layer> layers) {
        return new Sequence(layers.stream()
                .flatMap(layer -> layer instanceof Sequence inner ? inner.layers.stream() : Stream.of(layer))
                .toList());
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return forward(layers, x, mode);
    }

    private static Tensor forward(List<Layer> layers, Tensor x, Mode mode) {
        Tensor y = x;
        for (Layer layer : layers) {
            y = layer.forward(y, mode);
        }
        return y;
    }

    /** Each convolution takes up the normalisation and the ReLU behind it. */
    @Override
    public Sequence frozen() {
        List<Layer> frozen = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof Conv2d conv) {
                BatchNorm2d norm = i + 1 < layers.size() && layers.get(i + 1) instanceof BatchNorm2d next ? next : null;
                i += norm == null ? 0 : 1;
                boolean relu = i + 1 < layers.size() && layers.get(i + 1) == RELU;
                i += relu ? 1 : 0;
                frozen.add(new FrozenConv2d(conv, norm, relu));
            } else {
                frozen.add(layers.get(i).frozen());
            }
        }
        return new Sequence(frozen);
    }

    /**
     * {@code y + forward(x)} and a ReLU of it where asked, for a {@link #frozen} sequence of several layers that ends with
     * a convolution, which adds as it goes.
     *
     * @param y is overwritten; may be {@code x} itself, which is read before
     */
    public Tensor addTo(Tensor y, Tensor x, boolean relu) {
        int last = layers.size() - 1;
        Tensor input = forward(layers.subList(0, last), x, Mode.EVALUATION);
        return ((FrozenConv2d) layers.get(last)).addTo(y, input, relu);
    }
}
