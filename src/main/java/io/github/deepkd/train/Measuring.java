package io.github.deepkd.train;

import io.github.deepkd.distiller.Pass;
import io.github.deepkd.distiller.View;
import io.github.deepkd.loss.Component;
import io.github.deepkd.measure.Answered;
import io.github.deepkd.measure.GradientMeter;
import io.github.deepkd.measure.Gsnr;
import io.github.deepkd.measure.GsnrEstimate;
import io.github.deepkd.models.Model;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.report.Measured;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.Gradients;
import io.github.deepkd.report.RunEvent.MomentaChanged;
import io.github.deepkd.report.RunEvent.Predictions;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Torch;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Measures the last few of every so many steps, beside training: the components are pulled back on their own into
 * vectors that training does not know, so its bits stay as they are. Only momenta that follow the GSNR heed the outcome.
 */
final class Measuring {

    private final RunConfig config;
    private final Reporter report;
    private final Sgd sgd;
    private final Tensor weights;
    private final List<VelocityGroup> alone;
    private final @Nullable GradientMeter meter;
    private final @Nullable FollowedMomenta momenta;
    private Map<Component, Tensor> gradients = Map.of();
    private long nanos;

    Measuring(RunConfig config, Model student, Sgd sgd, Reporter report) {
        this.config = config;
        this.report = report;
        this.sgd = sgd;
        this.weights = student.weights().values();
        Set<Component> components = config.method().components();
        this.alone = VelocityGroup.of(new Momenta.Joint(0), components, 0, false);
        this.meter = config.gsnrEvery() == 0 ? null : new GradientMeter(components, student.weightSizes(), weights);
        this.momenta = config.momenta() instanceof Momenta.Following following
                ? new FollowedMomenta(following, components)
                : null;
    }

    /** What a checkpoint keeps: nothing unless momenta depend on it, so a measurement that was cut is told from its rest. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        if (momenta != null && meter != null) {
            meter.state().forEach((name, tensor) -> state.put("gsnr." + name, tensor));
            momenta.state().forEach((name, tensor) -> state.put("gsnr." + name, tensor));
        }
        return state;
    }

    /** Time spent here so far. */
    long nanos() {
        return nanos;
    }

    /** How many backward passes a step needs beside training's. */
    int pulls(Progress at) {
        return measures(at)
                ? (int) alone.stream().filter(group -> pulled(group) == null).count()
                : 0;
    }

    private boolean measures(Progress at) {
        return meter != null && steps(at) % config.gsnrEvery() >= config.gsnrEvery() - config.gsnrWindow();
    }

    private boolean ends(Progress at) {
        return (steps(at) + 1) % config.gsnrEvery() == 0;
    }

    /** Before this one. */
    private static long steps(Progress at) {
        return (at.epoch() - 1L) * at.steps() + at.step();
    }

    /** What training has pulled of this component alone; null where it was pulled together with others. */
    private @Nullable Tensor pulled(VelocityGroup component) {
        return sgd.gradients().entrySet().stream()
                .filter(entry -> entry.getKey().gains().equals(component.gains()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Takes the gradients of a step, after training has taken its own. */
    void pull(Progress at, Pullback pullback) {
        if (measures(at)) {
            long started = System.nanoTime();
            gradients = new EnumMap<>(Component.class);
            for (VelocityGroup component : alone) {
                gradients.put(component.components().iterator().next(), gradient(component, pullback));
            }
            nanos += System.nanoTime() - started;
        }
    }

    private Tensor gradient(VelocityGroup component, Pullback pullback) {
        Tensor pulled = pulled(component);
        if (pulled != null) {
            return pulled.clone(); // weight decay will join the original
        }
        Tensor gradient = Torch.zerosLike(weights);
        pullback.pull(component, gradient);
        return gradient;
    }

    /** Before the velocities take in their gradients. */
    void setMomenta() {
        if (momenta != null) {
            momenta.set(sgd);
        }
    }

    /** After the weights were moved. A step that was skipped never gets here, and counts for nothing. */
    void moved(Progress at, Pass pass, double learningRate) {
        if (meter != null && measures(at)) {
            long started = System.nanoTime();
            meter.add(gradients);
            if (ends(at)) {
                if (meter.batches() >= Gsnr.LEAST_BATCHES) {
                    Torch.noGrad(() -> tell(meter, at, pass, learningRate));
                }
                meter.clear();
            }
            gradients = Map.of();
            nanos += System.nanoTime() - started;
        }
    }

    private void tell(GradientMeter measured, Progress at, Pass pass, double learningRate) {
        Map<Component, GsnrEstimate> gsnr = measured.overall();
        Tensor update = sgd.velocities().values().stream().reduce(Torch::add).orElseThrow();
        report.on(new Gradients(
                at.epoch(),
                at.step() + 1,
                measured.batches(),
                GradientMeter.components(gsnr, gradients, update),
                GradientMeter.cosines(gradients),
                velocities(steps(at) + 1, learningRate),
                measured.layers()));
        report.on(predictions(at, pass));
        if (momenta != null) {
            momenta.follow(gsnr);
            momenta.set(sgd);
            report.on(new MomentaChanged(at.epoch(), at.step() + 1, labelled(momentaNow()), labelled(momenta.gsnr())));
        }
    }

    private Map<String, Measured.Velocity> velocities(long steps, double learningRate) {
        Map<String, Measured.Velocity> velocities = new LinkedHashMap<>();
        Map<VelocityGroup, Double> now = sgd.momenta();
        for (VelocityGroup group : sgd.gradients().keySet()) {
            double mu = now.getOrDefault(group, group.momentum());
            double norm =
                    GradientMeter.norm(Objects.requireNonNull(sgd.velocities().get(group.name())));
            velocities.put(
                    group.name(), new Measured.Velocity(mu, norm, learningRate * norm, GradientMeter.age(mu, steps)));
        }
        return velocities;
    }

    private Map<Component, Double> momentaNow() {
        Map<Component, Double> now = new EnumMap<>(Component.class);
        sgd.momenta().forEach((group, mu) -> group.components().forEach(component -> now.put(component, mu)));
        return now;
    }

    private static Map<String, Double> labelled(Map<Component, Double> values) {
        Map<String, Double> labelled = new LinkedHashMap<>();
        values.forEach((component, value) -> labelled.put(component.label(), value));
        return labelled;
    }

    private Predictions predictions(Progress at, Pass pass) {
        View view = pass.weak();
        Tensor zs = view.student().detach();
        Tensor zt = view.teacherOrNull();
        boolean masks = zt != null && config.method().masks(config.semantics());
        return new Predictions(
                at.epoch(),
                at.step() + 1,
                Answered.certainty(zs, pass.labels()),
                zt == null ? null : Answered.certainty(zt, pass.labels()),
                zt == null ? null : Answered.agreement(zs, zt),
                zt != null && masks ? Answered.mask(zs, zt, pass.labels(), pass.k(), config.semantics()) : null);
    }
}
