package io.github.deepkd.optim;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Component;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which momentum each component of the gradient gets. A variant is one record here and one row in {@link #kinds}. */
public interface Momenta {

    /** The registry: kind to its defaults. */
    static Map<String, Record> kinds() {
        return new TreeMap<>(Map.of(
                "joint",
                Joint.DEFAULTS,
                "dot",
                Dot.DEFAULTS,
                "deepkd",
                DeepKd.DEFAULTS,
                "deepkd-authors",
                DeepKdAuthors.DEFAULTS,
                "gsnr",
                Gsnr.DEFAULTS,
                "joint-gain-matched",
                JointGainMatched.DEFAULTS));
    }

    /** The momentum with which this component's gradient is gathered, in effect. */
    double of(Component component);

    /** What a component's gradient, with the weight decay that joins it, is multiplied by before it is gathered. */
    default double gain(Component component) {
        return 1;
    }

    /** The component whose gradient weight decay joins. */
    default Component decayed() {
        return Component.TASK;
    }

    /** Whether the decayed component is updated last, its decay taken of weights the others have already moved. */
    default boolean decaysLate() {
        return false;
    }

    /** Refuses a method whose components this policy cannot serve. */
    default void check(Set<Component> components) {}

    /** One momentum for all: plain SGD. */
    record Joint(double mu) implements Momenta {

        public static final Joint DEFAULTS = new Joint(0.9);

        public Joint {
            require("mu", mu);
        }

        @Override
        public double of(Component component) {
            return mu;
        }
    }

    /** DOT (Zhao et al., ICCV 2023): task mu - delta, distillation mu + delta. */
    record Dot(double mu, double delta) implements Momenta {

        public static final Dot DEFAULTS = new Dot(0.9, 0.075);

        public Dot {
            require("mu", mu);
            require("mu - delta", mu - delta);
            require("mu + delta", mu + delta);
        }

        @Override
        public double of(Component component) {
            return component == Component.TASK ? mu - delta : mu + delta;
        }
    }

    /**
     * DeepKD as the paper says (section 3.2, equations 8 to 10): TOG mu + delta1, TCG mu - delta2, NCG mu + delta3, so
     * that the components of higher gradient signal-to-noise ratio keep more of their past.
     */
    record DeepKd(double mu, double deltaTask, double deltaTarget, double deltaNonTarget) implements Momenta {

        public static final DeepKd DEFAULTS = new DeepKd(0.9, 0.075, 0.075, 0.075);

        public DeepKd {
            requireEach(mu, deltaTask, deltaTarget, deltaNonTarget);
        }

        @Override
        public double of(Component component) {
            return switch (component) {
                case TASK -> mu + deltaTask;
                case TARGET -> mu - deltaTarget;
                case NON_TARGET -> mu + deltaNonTarget;
            };
        }
    }

    /**
     * DeepKD as the authors' released optimiser computes it (haiduo/DeepKD afb5964, {@code engine/deepkd.py}): TOG runs
     * at TCG's momentum (without any where its own is 0), and all weight decay sits in TCG, taken of the weights after
     * TOG and NCG have moved them.
     */
    record DeepKdAuthors(double mu, double deltaTask, double deltaTarget, double deltaNonTarget) implements Momenta {

        public static final DeepKdAuthors DEFAULTS = new DeepKdAuthors(0.9, 0.075, 0.075, 0.075);

        public DeepKdAuthors {
            requireEach(mu, deltaTask, deltaTarget, deltaNonTarget);
        }

        @Override
        public double of(Component component) {
            return switch (component) {
                case TASK -> mu + deltaTask == 0 ? 0 : mu - deltaTarget;
                case TARGET -> mu - deltaTarget;
                case NON_TARGET -> mu + deltaNonTarget;
            };
        }

        @Override
        public Component decayed() {
            return Component.TARGET;
        }

        @Override
        public boolean decaysLate() {
            return true;
        }

        @Override
        public void check(Set<Component> components) {
            if (components.size() < Component.values().length) {
                throw new BadInput(
                        "momenta deepkd-authors need a method with task, target and non-target losses, such as "
                                + "kd or dkd; use joint for plain training");
            }
        }
    }

    /**
     * One momentum for all, with DeepKD's weights on the losses: what is left of DeepKD without separate momenta. Under
     * momentum mu_i a steady gradient g ends in a velocity of g / (1 - mu_i), so momenta that differ also re-weigh the
     * losses. Here component i's gradient is multiplied by (1 - mu) / (1 - mu_i), which gives it the same steady
     * velocity under mu; a difference between the two policies is then one of momenta, not of weights.
     *
     * @param like whose momenta mu_i are matched
     */
    record JointGainMatched(double mu, double deltaTask, double deltaTarget, double deltaNonTarget, Like like)
            implements Momenta {

        /** A policy of the same keys. */
        public enum Like {
            DEEPKD,
            DEEPKD_AUTHORS
        }

        public static final JointGainMatched DEFAULTS = new JointGainMatched(0.9, 0.075, 0.075, 0.075, Like.DEEPKD);

        public JointGainMatched {
            requireEach(mu, deltaTask, deltaTarget, deltaNonTarget);
        }

        private Momenta matched() {
            return switch (like) {
                case DEEPKD -> new DeepKd(mu, deltaTask, deltaTarget, deltaNonTarget);
                case DEEPKD_AUTHORS -> new DeepKdAuthors(mu, deltaTask, deltaTarget, deltaNonTarget);
            };
        }

        @Override
        public double of(Component component) {
            return mu;
        }

        @Override
        public double gain(Component component) {
            return (1 - mu) / (1 - matched().of(component));
        }

        @Override
        public Component decayed() {
            return matched().decayed();
        }

        @Override
        public void check(Set<Component> components) {
            matched().check(components);
        }
    }

    /** Momenta that are set anew while a run goes on, from the measured gradient signal-to-noise ratios. */
    interface Following extends Momenta {

        /** What a new measurement counts for against those before it, above 0 to 1. */
        double smoothing();

        /**
         * The momentum of each component.
         *
         * @param gsnr of each component, 0 or more, smoothed
         */
        Map<Component, Double> at(Map<Component, Double> gsnr);
    }

    /**
     * The momenta that DeepKD sets by hand (section 3.2), measured: with r_i component i's GSNR and r their mean,
     *
     * <pre>mu_i = mu + delta (r_i^2 - r^2) / (r_i^2 + r^2)</pre>
     *
     * so that only ratios count: one of r has mu, one of twice as much mu + 0.6 delta, one of none mu - delta. All have mu
     * until the first measurement.
     *
     * @param delta half the band's width
     */
    record Gsnr(double mu, double delta, double smoothing) implements Following {

        public static final Gsnr DEFAULTS = new Gsnr(0.9, 0.075, 0.3);

        public Gsnr {
            require("mu", mu);
            require("mu - delta", mu - delta);
            require("mu + delta", mu + delta);
            if (!(smoothing > 0 && smoothing <= 1)) {
                throw new BadInput("smoothing must be above 0 and at most 1, found " + smoothing);
            }
        }

        @Override
        public double of(Component component) {
            return mu;
        }

        @Override
        public Map<Component, Double> at(Map<Component, Double> gsnr) {
            double mean = gsnr.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
            Map<Component, Double> momenta = new EnumMap<>(Component.class);
            gsnr.forEach((component, ratio) -> momenta.put(component, mean == 0 ? mu : at(ratio * ratio, mean * mean)));
            return momenta;
        }

        private double at(double square, double meanSquare) {
            return mu + delta * (square - meanSquare) / (square + meanSquare);
        }
    }

    private static void requireEach(double mu, double deltaTask, double deltaTarget, double deltaNonTarget) {
        require("mu", mu);
        require("mu + delta-task", mu + deltaTask);
        require("mu - delta-target", mu - deltaTarget);
        require("mu + delta-non-target", mu + deltaNonTarget);
    }

    private static void require(String what, double momentum) {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new BadInput(what + " must be a momentum from 0 to below 1, found " + momentum);
        }
    }
}
