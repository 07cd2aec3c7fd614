package io.github.deepkd.bench;

import io.github.deepkd.bench.BenchResult.Row;
import io.github.deepkd.bench.BenchResult.Setting;
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
import io.github.deepkd.report.Text;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.NativeMemory;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.Phase;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunConfig.NumberFormat;
import io.github.deepkd.train.Trainer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Times training steps: those of {@link Trainer}, on random batches that are there already and on a loader's. */
public final class Bench {

    private final BenchPlan plan;
    private final RunConfig config;
    private final Consumer<String> progress;
    private final Model student;
    private final @Nullable Model teacher;
    private final List<Timed> timed = new ArrayList<>();
    private double secondsToFirstStep;

    /** Steps on one kind of batches, and the peak of memory after them. */
    record Timed(String batches, StepMeter meter, OptionalLong peak) {}

    private Bench(BenchPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.config = plan.config();
        this.progress = progress;
        Torch.manualSeed(config.seed());
        student = create(config.student().model());
        String teaching = config.teacher().model();
        teacher = teaching == null || !config.method().needsTeacher() ? null : create(teaching);
    }

    private Model create(String name) {
        return Models.create(name, plan.shape().channels(), plan.classes(), precision());
    }

    private Precision precision() {
        return Precision.valueOf(config.precision().name());
    }

    /**
     * Measures.
     *
     * @param progress is told what comes next
     */
    public static BenchResult run(BenchPlan plan, Consumer<String> progress) {
        try (TensorScope run = TensorScope.open()) {
            if (plan.config().threads() > 0) {
                Torch.threads(plan.config().threads());
            }
            Machine machine = Machine.here();
            return new Bench(plan, progress).measure(machine);
        }
    }

    /** The ceilings come last: their large tensors would count for the peak of memory. */
    private BenchResult measure(Machine machine) {
        int pulls = synthetic();
        plan.data().ifPresent(this::real);
        double gflop =
                gflopPerImage(pulls) * config.batchSize() * config.method().views();
        Map<String, Ceiling> ceilings = ceilings();
        Ceiling ceiling = Objects.requireNonNull(ceilings.get(label(config.precision())));
        List<Row> rows = timed.stream()
                .map(each -> row(each, gflop, ceiling.gflopPerS()))
                .toList();
        return new BenchResult(machine, setting(), pulls, gflop, secondsToFirstStep, rows, ceilings);
    }

    private double gflopPerImage(int pulls) {
        Work teaching = teacher == null ? Work.NONE : Work.of(teacher, plan.shape());
        return Work.flop(Work.of(student, plan.shape()), teaching, pulls) / 1e9;
    }

    private Map<String, Ceiling> ceilings() {
        progress.accept("the largest convolutions");
        Map<String, Ceiling> ceilings = new LinkedHashMap<>();
        for (NumberFormat format : NumberFormat.values()) {
            ceilings.put(label(format), Ceiling.measure(Precision.valueOf(format.name())));
        }
        return ceilings;
    }

    private Row row(Timed of, double gflopPerStep, double ceiling) {
        Quantiles step = Quantiles.of(of.meter.ms());
        Map<Phase, Quantiles> phases = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            phases.put(phase, Quantiles.of(of.meter.ms(phase)));
        }
        double seconds = step.median() / 1e3;
        double speed = gflopPerStep / seconds;
        return new Row(
                of.batches,
                of.meter.count(),
                step,
                phases,
                config.batchSize() / seconds,
                speed,
                speed / ceiling,
                of.peak.isPresent() ? of.peak.getAsLong() : null,
                of.meter.growthPer1000Steps());
    }

    private Setting setting() {
        return new Setting(
                teacher == null ? null : teacher.name(),
                student.name(),
                chosen("method"),
                chosen("momenta"),
                label(config.precision()),
                config.batchSize(),
                plan.classes(),
                plan.shape(),
                plan.warmUp());
    }

    /** What the configuration says under a key, as people read it. */
    private String chosen(String key) {
        return Text.setting(Objects.requireNonNull(config.toMap().get(key)));
    }

    private static String label(NumberFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /** The backward passes in a step. */
    private int synthetic() {
        Batch batch = RandomBatch.of(plan);
        StepMeter meter = meter("random batches");
        Trainer trainer = trainer(1, plan.allSteps(), meter);
        trainer.epoch(1, Collections.nCopies(plan.allSteps(), batch).iterator());
        meter.end();
        done("synthetic", meter);
        return trainer.pulls();
    }

    private void real(Dataset data) {
        Loader loader = loader(data);
        int epochs = (plan.allSteps() + loader.batches() - 1) / loader.batches();
        StepMeter meter = meter("batches of " + data.name());
        Trainer trainer = trainer(epochs, loader.batches(), meter);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            try (Epoch batches = loader.shuffled(config.seed(), epoch)) {
                trainer.epoch(epoch, batches);
                meter.end();
            }
        }
        done(data.name(), meter);
    }

    /** Of as many images as the steps need, or as there are, but no short batch. */
    private Loader loader(Dataset data) {
        ImageSet all = data.train();
        int batch = Math.min(config.batchSize(), all.size());
        int batches = Math.min(plan.allSteps(), all.size() / batch);
        return new Loader(
                Subset.balanced(all, batches * batch),
                Datasets.normalization(config.data().kind()),
                config.data().augmentation(),
                config.method().views(),
                batch,
                config.data().loaderThreads());
    }

    private Trainer trainer(int epochs, int stepsInEpoch, StepMeter meter) {
        Teacher frozen = teacher == null ? null : Teacher.frozen(teacher);
        return new Trainer(
                plan.config(epochs), student, frozen, plan.classes(), stepsInEpoch, Reporters.all(List.of()), meter);
    }

    private StepMeter meter(String what) {
        progress.accept(plan.warmUp() + " + " + plan.steps() + " steps on " + what);
        return new StepMeter(plan.warmUp(), () -> {
            if (timed.isEmpty()) {
                long started = ManagementFactory.getRuntimeMXBean().getStartTime();
                secondsToFirstStep = (System.currentTimeMillis() - started) / 1e3;
            }
        });
    }

    private void done(String batches, StepMeter meter) {
        timed.add(new Timed(batches, meter, NativeMemory.peak()));
    }
}
