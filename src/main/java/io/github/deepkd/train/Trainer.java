package io.github.deepkd.train;

import io.github.deepkd.data.Batch;
import io.github.deepkd.data.CounterRandom;
import io.github.deepkd.distiller.LearnedTemperature;
import io.github.deepkd.distiller.Pass;
import io.github.deepkd.distiller.View;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Term;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.StepDone;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * DeepKD's training loop (section 3, algorithm 1): each batch goes through student and teacher, the method's terms are
 * pulled back one component group at a time, and each group moves the weights with a momentum of its own.
 */
public final class Trainer {

    private final RunConfig config;
    private final Model student;
    private final @Nullable Teacher teacher;
    private final int classes;
    private final int steps;
    private final Reporter report;
    private final StepClock clock;
    private final List<VelocityGroup> groups;
    private final Sgd sgd;
    private final @Nullable LearnedTemperature temperature;
    private final NumberCheck numbers;
    private final Measuring measuring;
    private long nanos;

    /**
     * @param teacher null for a method that needs none
     * @param classes C
     * @param steps in an epoch
     */
    public Trainer(
            RunConfig config,
            Model student,
            @Nullable Teacher teacher,
            int classes,
            int steps,
            Reporter report,
            StepClock clock) {
        this.config = config;
        this.student = student;
        this.teacher = teacher;
        this.classes = classes;
        this.steps = steps;
        this.report = report;
        this.clock = clock;
        this.groups = VelocityGroup.of(
                config.momenta(), config.method().components(), config.weightDecay(), config.mergeEqualMomenta());
        this.sgd = new Sgd(student.weights().values(), groups);
        this.numbers = new NumberCheck(config, student, report);
        this.measuring = new Measuring(config, student, sgd, report);
        this.temperature = config.curriculum().start().orElse(null);
    }

    /** What training remembers beside the weights, by name, for checkpoints. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        sgd.velocities().forEach((name, tensor) -> state.put("velocity." + name, tensor));
        if (temperature != null) {
            state.putAll(temperature.state());
        }
        state.putAll(measuring.state());
        return state;
    }

    /**
     * Trains an epoch, or the rest of it.
     *
     * @param epoch from 1
     * @param batches those after the steps that {@code losses} already counts
     * @param afterStep is run after each
     */
    public void epoch(int epoch, Iterator<Batch> batches, EpochLosses losses, Runnable afterStep) {
        long started = System.nanoTime();
        while (batches.hasNext()) {
            Progress at = new Progress(epoch, config.epochs(), losses.steps(), steps);
            seed(at);
            clock.enter(Phase.DATA);
            try (TensorScope scope = TensorScope.open()) {
                Batch batch = batches.next();
                losses.add(step(batch, at), batch.size());
            }
            if (losses.steps() % config.logEvery() == 0) {
                report.on(stepDone(at, losses));
            }
            afterStep.run();
        }
        losses.end();
        nanos += System.nanoTime() - started;
    }

    /** For dropout: what it draws depends on the step alone, not on those before it, so a resumed run draws the same. */
    private void seed(Progress at) {
        Torch.manualSeed(CounterRandom.of(config.seed(), at.epoch(), at.step()).nextLong());
    }

    /** Backward passes in a step: one for each group of components. */
    public int pulls() {
        return groups.size();
    }

    /** Percent of the time in {@link #epoch} that was spent measuring. */
    double measuringShare() {
        return nanos == 0 ? 0 : 100.0 * measuring.nanos() / nanos;
    }

    /** How many non-target classes the mask keeps; 0 without a teacher. */
    int k(Progress at) {
        return teacher == null ? 0 : Math.min(kept(at), classes - 1);
    }

    private int kept(Progress at) {
        return config.method().masks(config.semantics()) ? config.mask().k(at, classes) : classes;
    }

    private Map<Component, Double> step(Batch batch, Progress at) {
        double learningRate = config.learningRate().at(at);
        numbers.beforeStep();
        Pass pass = pass(batch, at); // zS, zT, y
        clock.enter(Phase.LOSSES);
        List<Term> terms = config.method().losses(pass); // L_TOG, L_TCG, L_NCG
        clock.enter(Phase.BACKWARD);
        Pullback pullback = new Pullback(terms, student.weights(), groups.size() + measuring.pulls(at));
        sgd.pull(pullback); // g_i
        measuring.pull(at, pullback);
        clock.enter(Phase.UPDATE);
        Map<Component, Double> losses = Term.values(terms);
        boolean allowed = numbers.allow(batch, at, losses, sgd);
        if (allowed) {
            measuring.setMomenta();
            sgd.move(learningRate); // v_i, theta
            student.weights().refresh();
            if (temperature != null) {
                temperature.step(terms, at, learningRate, config.weightDecay());
            }
            measuring.moved(at, pass, learningRate);
        }
        clock.enter(Phase.REST);
        return allowed ? losses : Map.of();
    }

    private Pass pass(Batch batch, Progress at) {
        List<Tensor> images = batch.views().stream()
                .map(view -> Evaluator.images(batch, view))
                .toList();
        return new Pass(
                IntStream.range(0, images.size())
                        .mapToObj(view -> view(batch, view, images.get(view)))
                        .toList(),
                Torch.tensor(batch.labels()),
                kept(at),
                at,
                config.semantics(),
                config.standardize() && config.method().standardizes(config.semantics()),
                temperature == null ? null : temperature.tau());
    }

    private View view(Batch batch, int number, Tensor images) {
        clock.enter(Phase.STUDENT);
        Tensor zs = student.forward(images, Mode.TRAINING); // S(x; theta)
        clock.enter(Phase.TEACHER);
        return new View(zs, teacher == null ? null : teacher.logits(batch, number, images)); // T(x)
    }

    private StepDone stepDone(Progress at, EpochLosses losses) {
        return new StepDone(
                at.epoch(),
                at.step() + 1,
                losses.total(),
                losses.byComponent(),
                config.learningRate().at(at),
                k(at),
                losses.samplesPerSecond());
    }
}
