package io.github.deepkd.optim;

import static io.github.deepkd.tensor.Torch.add_;
import static io.github.deepkd.tensor.Torch.mul_;

import io.github.deepkd.tensor.Torch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * SGD with one velocity a group of components (DeepKD, equations 8 to 11):
 *
 * <pre>
 *   v_i     = mu_i v_i + g_i        (weight decay joins one group's g_i)
 *   theta  -= lr sum_i v_i
 * </pre>
 *
 * Vectors are flat, [P]. PyTorch's convention: no dampening, the learning rate outside the velocity.
 */
public final class Sgd {

    /** Yields a group's gradient of the current step. */
    @FunctionalInterface
    public interface Gradients {
        /** Writes the gradient of the sum of the group's losses into {@code vector} [P]. */
        void pull(VelocityGroup group, Tensor vector);
    }

    private record Moving(VelocityGroup group, Tensor velocity, Tensor gradient) {}

    private final Tensor theta;
    private final List<Moving> groups;
    private final Map<VelocityGroup, Double> momenta = new HashMap<>();

    /**
     * @param theta the weights [P], updated in place
     */
    public Sgd(Tensor theta, List<VelocityGroup> groups) {
        this.theta = theta;
        this.groups = groups.stream()
                .map(group -> new Moving(group, Torch.zerosLike(theta), Torch.zerosLike(theta)))
                .toList();
        groups.forEach(group -> momenta.put(group, group.momentum()));
    }

    /** Another momentum from now on; the velocity stays as it is. */
    public void momentum(VelocityGroup group, double momentum) {
        momenta.put(group, momentum);
    }

    /** Each group's momentum now. */
    public Map<VelocityGroup, Double> momenta() {
        return Map.copyOf(momenta);
    }

    /** One step. All gradients are pulled before the first weight moves. */
    public void step(Gradients gradients, double learningRate) {
        pull(gradients);
        move(learningRate);
    }

    /** The first half of a step: every group's g_i. */
    public void pull(Gradients gradients) {
        groups.forEach(moving -> gradients.pull(moving.group, moving.gradient));
    }

    /** The second half: every velocity and the weights, from the gradients pulled last. */
    public void move(double learningRate) {
        Torch.noGrad(() -> {
            groups.stream().filter(moving -> !moving.group.late()).forEach(this::gather);
            groups.stream().filter(moving -> !moving.group.late()).forEach(m -> move(m, learningRate));
            groups.stream().filter(moving -> moving.group.late()).forEach(m -> {
                gather(m);
                move(m, learningRate);
            });
        });
    }

    private void gather(Moving moving) {
        Tensor gradient = moving.gradient;
        if (moving.group.decay() != 0) {
            add_(gradient, moving.group.decay(), theta);
        }
        add_(mul_(moving.velocity, Objects.requireNonNull(momenta.get(moving.group))), gradient);
    }

    private void move(Moving moving, double learningRate) {
        add_(theta, -learningRate, moving.velocity);
    }

    /** Each group's gradient [P] as pulled last; once the weights have moved, weight decay is in it. */
    public Map<VelocityGroup, Tensor> gradients() {
        Map<VelocityGroup, Tensor> gradients = new LinkedHashMap<>();
        groups.forEach(moving -> gradients.put(moving.group, moving.gradient));
        return gradients;
    }

    /** Each group's velocity [P] by the group's name. */
    public Map<String, Tensor> velocities() {
        Map<String, Tensor> velocities = new LinkedHashMap<>();
        groups.forEach(moving -> velocities.put(moving.group.name(), moving.velocity));
        return velocities;
    }
}
