package io.github.deepkd.train;

import io.github.deepkd.loss.Component;
import io.github.deepkd.measure.GsnrEstimate;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.tensor.Torch;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** Smooths the measured GSNR of each component and sets momenta by it: r = (1 - s) r + s measured, from the first on. */
final class FollowedMomenta {

    private static final double NOT_YET = -1;

    private final Momenta.Following policy;
    private final Map<Component, Tensor> smoothed = new EnumMap<>(Component.class);

    FollowedMomenta(Momenta.Following policy, Set<Component> components) {
        this.policy = policy;
        new TreeSet<>(components).forEach(component -> smoothed.put(component, Torch.scalar(NOT_YET)));
    }

    /** What a checkpoint keeps: momenta are a function of it. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        smoothed.forEach((component, tensor) -> state.put(component.label() + ".smoothed", tensor));
        return state;
    }

    /** A ratio below 0 is an estimate of a very small one; one that cannot be told counts for nothing. */
    void follow(Map<Component, GsnrEstimate> measured) {
        smoothed.forEach((component, tensor) -> {
            double ratio =
                    Math.max(0, Objects.requireNonNull(measured.get(component)).corrected());
            double before = Torch.item(tensor);
            if (Double.isFinite(ratio)) {
                double now = before == NOT_YET ? ratio : before + policy.smoothing() * (ratio - before);
                Torch.fill_(tensor, now);
            }
        });
    }

    /** Smoothed, of each component. */
    Map<Component, Double> gsnr() {
        Map<Component, Double> gsnr = new EnumMap<>(Component.class);
        smoothed.forEach((component, tensor) -> gsnr.put(component, Torch.item(tensor)));
        return gsnr;
    }

    /** Lets the velocities have the momenta that go with {@link #gsnr}, once all components were measured. */
    void set(Sgd sgd) {
        Map<Component, Double> gsnr = gsnr();
        if (gsnr.containsValue(NOT_YET)) {
            return;
        }
        Map<Component, Double> momenta = policy.at(gsnr);
        for (VelocityGroup group : sgd.momenta().keySet()) {
            group.components() // one, for each is alone
                    .forEach(component -> sgd.momentum(group, Objects.requireNonNull(momenta.get(component))));
        }
    }
}
