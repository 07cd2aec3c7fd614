package io.github.deepkd.bench;

import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Subset;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.NativeMemory;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.EpochLosses;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.Trainer;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two networks of random weights, and the trainer's steps with them on the clock. */
final class TimedRun {

    private final BenchPlan plan;
    private final RunConfig config;
    private final Consumer<String> progress;
    private final Model student;
    private final @Nullable Model teacher;
    private int pulls;
    private double secondsToFirstStep;

    /**
     * Steps on one kind of batches.
     *
     * @param peakBytes of resident memory after them, where the system tells
     */
    record Timed(String batches, StepMeter meter, OptionalLong peakBytes) {}

    TimedRun(BenchPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.config = plan.config();
        this.progress = progress;
        Torch.manualSeed(config.seed());
        student = create(config.student().model());
        String teaching = config.teacher().model();
        teacher = teaching == null || !config.method().needsTeacher() ? null : create(teaching);
    }

    private Model create(String name) {
        Precision precision = Precision.valueOf(config.precision().name());
        return Models.create(name, plan.shape().channels(), plan.classes(), precision);
    }

    Model student() {
        return student;
    }

    @Nullable
    Model teacher() {
        return teacher;
    }

    /** Backward passes in a step, once a trainer was made. */
    int pulls() {
        return pulls;
    }

    /** From the start of the JVM, once a step was made. */
    double secondsToFirstStep() {
        return secondsToFirstStep;
    }

    /** One batch that is there already, again and again. */
    Timed synthetic() {
        Batch batch = RandomBatch.of(plan);
        if (!plan.stored()) {
            return synthetic(batch, frozenTeacher());
        }
        try (StoredTeacher answers = StoredTeacher.of(plan, Objects.requireNonNull(teacher), batch)) {
            return synthetic(batch, answers.teacher());
        }
    }

    private Timed synthetic(Batch batch, @Nullable Teacher answering) {
        StepMeter meter = meter("random batches");
        trainer(1, plan.allSteps(), answering, meter)
                .epoch(1, Collections.nCopies(plan.allSteps(), batch).iterator(), new EpochLosses(), () -> {});
        meter.end();
        return new Timed("synthetic", meter, NativeMemory.peak());
    }

    private @Nullable Teacher frozenTeacher() {
        return teacher == null ? null : Teacher.frozen(teacher);
    }

    /** Batches that a loader reads and augments meanwhile. */
    Timed real(Dataset data) {
        Loader loader = loader(data);
        int epochs = (plan.allSteps() + loader.batches() - 1) / loader.batches();
        StepMeter meter = meter("batches of " + data.name());
        Trainer trainer = trainer(epochs, loader.batches(), frozenTeacher(), meter);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            try (Epoch batches = loader.shuffled(config.seed(), epoch)) {
                trainer.epoch(epoch, batches, new EpochLosses(), () -> {});
                meter.end();
            }
        }
        return new Timed(data.name(), meter, NativeMemory.peak());
    }

    /** Of as many images as the steps need, or as there are, but no short batch. */
    private Loader loader(Dataset data) {
        ImageSet all = data.train();
        int batches = Math.min(plan.allSteps(), all.size() / config.batchSize());
        return new Loader(
                Subset.balanced(all, batches * config.batchSize()),
                Datasets.normalization(config.data().kind()),
                config.data().augmentation(),
                config.method().views(),
                config.batchSize(),
                config.data().loaderThreads());
    }

    private Trainer trainer(int epochs, int stepsInEpoch, @Nullable Teacher answering, StepMeter meter) {
        Trainer trainer = new Trainer(
                plan.config(epochs), student, answering, plan.classes(), stepsInEpoch, Reporters.all(List.of()), meter);
        pulls = trainer.pulls();
        return trainer;
    }

    private StepMeter meter(String what) {
        progress.accept(plan.warmUp() + " + " + plan.steps() + " steps on " + what);
        return new StepMeter(plan.warmUp(), plan.steps(), this::firstStepDone);
    }

    private void firstStepDone() {
        if (secondsToFirstStep == 0) {
            long started = ManagementFactory.getRuntimeMXBean().getStartTime();
            secondsToFirstStep = (System.currentTimeMillis() - started) / 1e3;
        }
    }
}
