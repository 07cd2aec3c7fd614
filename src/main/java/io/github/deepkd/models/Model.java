package io.github.deepkd.models;

import io.github.deepkd.nn.FlatWeights;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.nn.Weight;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** A classifier: images [N, C, H, W] in, logits [N, classes] out, its tensors under PyTorch's names. */
public final class Model {

    private final String name;
    private final Precision precision;
    private final StateDict state;
    private final Layer network;
    private final FlatWeights weights;
    private final long parameters;

    /**
     * @param state the network's tensors
     * @param network from images to logits
     */
    public Model(String name, StateDict state, Layer network) {
        this(name, state, network, state.parameters());
    }

    /** @param parameters how many values the network has learned, where the state does not hold them as weights */
    public Model(String name, StateDict state, Layer network, long parameters) {
        this.parameters = parameters;
        this.name = name;
        this.precision = state.precision();
        this.state = state;
        this.network = network;
        this.weights = new FlatWeights(state.weights(), precision);
    }

    public String name() {
        return name;
    }

    public Precision precision() {
        return precision;
    }

    /**
     * @param images [N, C, H, W], normalised, any floating type
     * @return logits [N, classes], float32 or, in a float64 model, float64
     */
    public Tensor forward(Tensor images, Mode mode) {
        return logits(network, images, mode);
    }

    private Tensor logits(Layer layers, Tensor images, Mode mode) {
        Tensor computed = Torch.compute(images, precision);
        Tensor input = mode.training() ? Torch.forTraining(computed, precision) : Torch.channelsLast(computed);
        return Torch.atLeastFloat32(layers.forward(input, mode));
    }

    /** Logits without a graph, batch-norm in evaluation mode. */
    public Tensor predict(Tensor images) {
        return Torch.noGrad(() -> forward(images, Mode.EVALUATION));
    }

    /**
     * {@link #predict} of the network as it is now, faster: normalisations are folded into the convolutions before them, to
     * which ReLUs and additions are fused. Weights that change later do not show.
     */
    public UnaryOperator<Tensor> frozen() {
        Layer frozen = Torch.noGrad(network::frozen);
        return images -> Torch.noGrad(() -> logits(frozen, images, Mode.EVALUATION));
    }

    /** The stages' features by name, such as {@code layer2} [N, C, H, W], and {@code logits}; evaluation mode. */
    public Map<String, Tensor> features(Tensor images) {
        Map<String, Tensor> features = new LinkedHashMap<>();
        Mode mode = Mode.EVALUATION.tapping(features::put);
        features.put("logits", Torch.noGrad(() -> forward(images, mode)));
        return features;
    }

    /** Every tensor by PyTorch's name, in its order. Change them only through {@link #loaded}. */
    public Map<String, Tensor> tensors() {
        return state.tensors();
    }

    /** The trainable tensors' names, in the order of {@link FlatWeights#used}. */
    public List<String> weightNames() {
        return state.weights().stream().map(Weight::name).toList();
    }

    /** The trainable tensors' names, each with how many values of the flat vector [P] are its, in order. */
    public Map<String, Long> weightSizes() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        state.weights()
                .forEach(weight -> sizes.put(weight.name(), weight.value().numel()));
        return sizes;
    }

    /** Whose value stands at {@code index} of the flat vector [P]. */
    public String weightNameAt(long index) {
        long end = 0;
        for (Weight weight : state.weights()) {
            end += weight.value().numel();
            if (index < end) {
                return weight.name();
            }
        }
        throw new IndexOutOfBoundsException(index);
    }

    public FlatWeights weights() {
        return weights;
    }

    /** To be called after {@link #tensors} were written to: brings the working copies up to date. */
    public void loaded() {
        weights.refresh();
    }

    /** The number of values that training changes, or once did. */
    public long parameters() {
        return parameters;
    }

    /** The function alone: what this computes in between changing number formats and layouts. */
    public Layer network() {
        return network;
    }
}
