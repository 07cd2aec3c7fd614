package io.github.deepkd.measure;

import io.github.deepkd.loss.Component;
import io.github.deepkd.report.Measured;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** Compares the gradients of a method's components [P] with each other, with what moves the weights, and over batches. */
public final class GradientMeter {

    private final Map<String, Long> weights;
    private final Map<Component, Gsnr> gsnr = new EnumMap<>(Component.class);

    /**
     * @param weights name to number of values, in the order in which they lie in the vector
     * @param like a vector [P]
     */
    public GradientMeter(Set<Component> components, Map<String, Long> weights, Tensor like) {
        this.weights = new LinkedHashMap<>(weights);
        new TreeSet<>(components).forEach(component -> gsnr.put(component, new Gsnr(like)));
    }

    /** Takes in a batch's gradient [P] of each component. */
    public void add(Map<Component, Tensor> gradients) {
        gsnr.forEach((component, estimator) -> estimator.add(of(component, gradients)));
    }

    public int batches() {
        return gsnr.values().iterator().next().batches();
    }

    /** Begins anew. */
    public void clear() {
        gsnr.values().forEach(Gsnr::clear);
    }

    /** What a checkpoint keeps. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        gsnr.forEach((component, estimator) ->
                estimator.state().forEach((name, tensor) -> state.put(component.label() + "." + name, tensor)));
        return state;
    }

    /** Each component's GSNR over all weights. */
    public Map<Component, GsnrEstimate> overall() {
        Map<Component, GsnrEstimate> overall = new EnumMap<>(Component.class);
        gsnr.forEach((component, estimator) -> overall.put(
                component,
                sums(estimator).values().stream()
                        .reduce(GsnrEstimate.Sums.NONE, GsnrEstimate.Sums::plus)
                        .estimate(batches())));
        return overall;
    }

    /** Weight to component to GSNR, corrected. */
    public Map<String, Map<String, Double>> layers() {
        Map<String, Map<String, Double>> layers = new LinkedHashMap<>();
        gsnr.forEach((component, estimator) -> sums(estimator)
                .forEach((name, sums) -> layers.computeIfAbsent(name, unused -> new LinkedHashMap<>())
                        .put(component.label(), sums.estimate(batches()).corrected())));
        return layers;
    }

    private Map<String, GsnrEstimate.Sums> sums(Gsnr estimator) {
        Map<String, GsnrEstimate.Sums> sums = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, Long> weight : weights.entrySet()) {
            sums.put(weight.getKey(), estimator.sums(offset, weight.getValue()));
            offset += weight.getValue();
        }
        return sums;
    }

    /**
     * Each component by its label.
     *
     * @param gradients [P] of a batch
     * @param update the sum of all velocities [P]
     */
    public static Map<String, Measured.Gradient> components(
            Map<Component, GsnrEstimate> gsnr, Map<Component, Tensor> gradients, Tensor update) {
        Map<String, Measured.Gradient> components = new LinkedHashMap<>();
        gsnr.forEach((component, ratio) -> {
            Tensor gradient = of(component, gradients);
            components.put(
                    component.label(),
                    new Measured.Gradient(
                            ratio.corrected(),
                            ratio.plain(),
                            ratio.pooled(),
                            norm(gradient),
                            cosine(gradient, update)));
        });
        return components;
    }

    /** Between each two gradients [P], by names such as {@code task/target}; 0 lies between a gradient and nothing. */
    public static Map<String, Double> cosines(Map<Component, Tensor> gradients) {
        Map<String, Double> cosines = new LinkedHashMap<>();
        List<Component> components = new ArrayList<>(new TreeSet<>(gradients.keySet()));
        for (int i = 0; i < components.size(); i++) {
            for (Component other : components.subList(i + 1, components.size())) {
                Component one = components.get(i);
                cosines.put(one.label() + "/" + other.label(), cosine(of(one, gradients), of(other, gradients)));
            }
        }
        return cosines;
    }

    private static Tensor of(Component component, Map<Component, Tensor> gradients) {
        return Objects.requireNonNull(gradients.get(component));
    }

    /** Euclidean, of a vector. */
    public static double norm(Tensor x) {
        return Math.sqrt(Torch.dot(x, x));
    }

    private static double cosine(Tensor x, Tensor y) {
        double norms = norm(x) * norm(y);
        return norms == 0 ? 0 : Torch.dot(x, y) / norms;
    }

    /**
     * The mean age, in steps, of the gradients in a velocity, each weighed by what it counts for: for mu^a at age a
     *
     * <pre>sum_a a mu^a / sum_a mu^a = mu / (1 - mu) - t mu^t / (1 - mu^t),  a from 0 to t - 1</pre>
     *
     * @param steps t, since the first
     */
    public static double age(double mu, long steps) {
        double last = Math.pow(mu, (double) steps);
        return mu == 0 ? 0 : mu / (1 - mu) - steps * last / (1 - last);
    }
}
