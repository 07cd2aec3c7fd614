package io.github.deepkd.optim;

import io.github.deepkd.loss.Component;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Components that share a velocity. A velocity is linear in its gradients, so components of equal momentum need one
 * velocity and one backward pass of their sum: with the paper's defaults two passes do the work of three, exactly.
 *
 * @param gains the components, each with what its gradient is multiplied by
 * @param decay weight decay that joins this group's gradient, gain included, 0 for none
 * @param late whether its decay is taken, and its step made, after the other groups have moved the weights
 */
public record VelocityGroup(Map<Component, Double> gains, double momentum, double decay, boolean late) {

    /**
     * @param merge false keeps every component apart, for measuring
     */
    public static List<VelocityGroup> of(
            Momenta momenta, Set<Component> components, double weightDecay, boolean merge) {
        Map<Object, VelocityGroup> groups = new LinkedHashMap<>();
        boolean apart = !merge || momenta instanceof Momenta.Following; // equal now, but not for long
        for (Component component : EnumSet.copyOf(components)) {
            double gain = momenta.gain(component);
            double decay = component == momenta.decayed() ? gain * weightDecay : 0;
            boolean late = decay != 0 && momenta.decaysLate();
            VelocityGroup alone = new VelocityGroup(Map.of(component, gain), momenta.of(component), decay, late);
            Object key = apart ? component : List.of(alone.momentum, late);
            groups.merge(key, alone, VelocityGroup::and);
        }
        return lateLast(groups.values());
    }

    private VelocityGroup and(VelocityGroup other) {
        Map<Component, Double> both = new EnumMap<>(gains);
        both.putAll(other.gains);
        return new VelocityGroup(both, momentum, decay + other.decay, late);
    }

    private static List<VelocityGroup> lateLast(Collection<VelocityGroup> groups) {
        List<VelocityGroup> ordered = new ArrayList<>(groups);
        ordered.sort((a, b) -> Boolean.compare(a.late, b.late));
        return List.copyOf(ordered);
    }

    public Set<Component> components() {
        return gains.keySet();
    }

    /** What the component's gradient is multiplied by; 0 for one of another group. */
    public double gain(Component component) {
        return gains.getOrDefault(component, 0.0);
    }

    /** Such as {@code task+non-target}; the name of its velocity in a checkpoint. */
    public String name() {
        return EnumSet.copyOf(components()).stream().map(Component::label).collect(Collectors.joining("+"));
    }
}
