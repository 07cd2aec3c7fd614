package io.github.deepkd.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Component;
import io.github.deepkd.optim.Momenta.JointGainMatched;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SgdTest {

    private static final Set<Component> ALL = EnumSet.allOf(Component.class);

    @Test
    void oneMomentumIsPyTorchsSgd() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor theta = Torch.tensor(new double[] {1, -2}, 2);
            Sgd sgd = new Sgd(theta, VelocityGroup.of(new Momenta.Joint(0.9), ALL, 0.1, true));
            sgd.step((group, gradient) -> gradient.copy_(Torch.tensor(new double[] {0.5, 0.5}, 2)), 0.1);
            sgd.step((group, gradient) -> gradient.copy_(Torch.tensor(new double[] {0.5, 0.5}, 2)), 0.1);
            // v1 = 0.5 + 0.1 * 1 = 0.6, theta = 0.94; v2 = 0.54 + 0.5 + 0.094 = 1.134, theta = 0.8266
            assertThat(Torch.doubles(theta)[0]).isCloseTo(0.8266, within(1e-12));
        }
    }

    @Test
    void sharingAVelocityChangesNothingButRounding() {
        try (TensorScope scope = TensorScope.open()) {
            for (Object kind : Momenta.kinds().values()) {
                double[] merged = trained((Momenta) kind, true);
                double[] apart = trained((Momenta) kind, false);
                assertThat(merged).as(kind.toString()).containsExactly(apart, within(1e-12));
            }
        }
    }

    private static double[] trained(Momenta momenta, boolean merge) {
        Tensor theta = Torch.tensor(new Random(1).doubles(50, -1, 1).toArray(), 50);
        Sgd sgd = new Sgd(theta, VelocityGroup.of(momenta, ALL, 5e-3, merge));
        for (int step = 0; step < 10; step++) {
            int seed = step * 10;
            sgd.step(
                    (group, gradient) -> {
                        gradient.zero_();
                        for (Component component : group.components()) {
                            Random random = new Random(seed + component.label().length());
                            Torch.add_(
                                    gradient,
                                    group.gain(component),
                                    Torch.tensor(random.doubles(50, -1, 1).toArray(), 50));
                        }
                    },
                    0.1);
        }
        return Torch.doubles(theta);
    }

    @Test
    void oneMomentumNeedsOneVelocityAndTheAuthorsOptimiserThree() {
        assertThat(VelocityGroup.of(Momenta.Joint.DEFAULTS, ALL, 5e-4, true)).hasSize(1);
        assertThat(VelocityGroup.of(Momenta.Dot.DEFAULTS, ALL, 5e-4, true)).hasSize(2);
        List<VelocityGroup> authors = VelocityGroup.of(Momenta.DeepKdAuthors.DEFAULTS, ALL, 5e-4, true);
        assertThat(authors).extracting(VelocityGroup::name).containsExactly("task", "non-target", "target");
        assertThat(authors.get(2).late()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void gainMatchedMomentumEndsInTheVelocitiesOfThePolicyItIsLike(JointGainMatched.Like like) {
        Momenta matched = new JointGainMatched(0.9, 0.05, 0.1, 0.025, like);
        try (TensorScope scope = TensorScope.open()) {
            for (Component component : Component.values()) {
                double expected = 1 / (1 - ofDeepKd(like).of(component)); // g / (1 - mu_i)
                assertThat(steadyVelocity(matched, component)).isCloseTo(expected, within(1e-9));
                assertThat(steadyVelocity(ofDeepKd(like), component)).isCloseTo(expected, within(1e-9));
            }
        }
    }

    private static Momenta ofDeepKd(JointGainMatched.Like like) {
        return like == JointGainMatched.Like.DEEPKD
                ? new Momenta.DeepKd(0.9, 0.05, 0.1, 0.025)
                : new Momenta.DeepKdAuthors(0.9, 0.05, 0.1, 0.025);
    }

    /** The sum of all velocities after many steps of gradient 1 of one component and 0 of the others. */
    private static double steadyVelocity(Momenta momenta, Component component) {
        Tensor theta = Torch.tensor(new double[] {0}, 1);
        Sgd sgd = new Sgd(theta, VelocityGroup.of(momenta, ALL, 0, true));
        for (int step = 0; step < 800; step++) {
            sgd.step((group, gradient) -> gradient.copy_(scalar(group.gain(component))), 0.1);
        }
        return sgd.velocities().values().stream()
                .mapToDouble(velocity -> Torch.doubles(velocity)[0])
                .sum();
    }

    @Test
    void gainMatchedMomentumIsOneMomentumOverWeighedGradientsAndDecay() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor theta = Torch.tensor(new double[] {1}, 1);
            List<VelocityGroup> groups = VelocityGroup.of(JointGainMatched.DEFAULTS, ALL, 0.1, true);
            assertThat(groups).hasSize(1);
            Sgd sgd = new Sgd(theta, groups);
            double expected = 1;
            double velocity = 0;
            for (int step = 0; step < 20; step++) {
                sgd.step((group, gradient) -> gradient.copy_(scalar(weighed(group))), 0.01);
                // 0.1 / 0.025 = 4 for task and non-target, 0.1 / 0.175 = 4 / 7 for the target; decay goes with the task
                velocity = 0.9 * velocity + 4 * (0.3 + 0.1 * expected) + 4 / 7.0 * -0.2 + 4 * 0.5;
                expected -= 0.01 * velocity;
                assertThat(Torch.doubles(theta)[0]).isCloseTo(expected, within(1e-12));
            }
        }
    }

    private static Tensor scalar(double value) {
        return Torch.tensor(new double[] {value}, 1);
    }

    /** Gradients of 0.3, -0.2 and 0.5. */
    private static double weighed(VelocityGroup group) {
        return 0.3 * group.gain(Component.TASK)
                - 0.2 * group.gain(Component.TARGET)
                + 0.5 * group.gain(Component.NON_TARGET);
    }

    @Test
    void everyOtherPolicyLeavesGradientsAsTheyAre() {
        for (Object kind : Momenta.kinds().values()) {
            if (!(kind instanceof JointGainMatched)) {
                assertThat(ALL).allMatch(component -> ((Momenta) kind).gain(component) == 1);
            }
        }
    }

    @Test
    void aMomentumOfOneOrMoreIsRefused() {
        assertThatThrownBy(() -> new Momenta.DeepKd(0.95, 0.075, 0.075, 0.075))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mu + delta-task")
                .hasMessageContaining("below 1");
    }

    @Test
    void theAuthorsOptimiserIsRefusedForPlainTraining() {
        assertThatThrownBy(() -> Momenta.DeepKdAuthors.DEFAULTS.check(Set.of(Component.TASK)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("use joint");
    }
}
