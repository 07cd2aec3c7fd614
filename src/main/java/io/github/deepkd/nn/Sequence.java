package io.github.deepkd.nn;

import io.github.deepkd.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

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
        if (mode.isWatched()) {
            Tensor y = x;
            for (Layer layer : layers) {
                y = layer.forward(y, mode);
            }
            return y;
        }
        return forward(layers, x, mode);
    }

    /**
     * What a layer made is freed as soon as the next one has used it, but for what gradients will need, which the graph keeps:
     * so less memory is used, and more of what is in the cache.
     */
    private static Tensor forward(List<Layer> layers, Tensor x, Mode mode) {
        int last = layers.size() - 1;
        return last < 0
                ? x
                : TensorScope.within(() -> layers.get(last).forward(forward(layers.subList(0, last), x, mode), mode));
    }

    /** Each convolution takes up the normalisation and the ReLU behind it. */
    @Override
    public Sequence frozen() {
        List<Layer> frozen = new ArrayList<>();
        int i = 0;
        while (i < layers.size()) {
            Layer layer = layers.get(i++);
            if (layer instanceof Conv2d conv) {
                BatchNorm2d norm = at(i) instanceof BatchNorm2d next ? next : null;
                i += norm == null ? 0 : 1;
                boolean relu = at(i) == RELU;
                i += relu ? 1 : 0;
                frozen.add(new FrozenConv2d(conv, norm, relu));
            } else {
                frozen.add(layer.frozen());
            }
        }
        return new Sequence(frozen);
    }

    private @Nullable Layer at(int i) {
        return i < layers.size() ? layers.get(i) : null;
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
