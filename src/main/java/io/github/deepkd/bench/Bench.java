package io.github.deepkd.bench;

import io.github.deepkd.bench.BenchResult.Row;
import io.github.deepkd.bench.BenchResult.Setting;
import io.github.deepkd.bench.TimedRun.Timed;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.Text;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.Phase;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunConfig.NumberFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Times the trainer's own steps, on random batches that are there already and on a loader's. */
public final class Bench {

    private final BenchPlan plan;
    private final RunConfig config;
    private final Machine machine;
    private final TimedRun run;
    private final Consumer<String> progress;

    private Bench(BenchPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.config = plan.config();
        this.machine = Machine.here();
        this.run = new TimedRun(plan, progress);
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param progress is told what comes next
     */
    public static BenchResult run(BenchPlan plan, Consumer<String> progress) {
        try (TensorScope scope = TensorScope.open()) {
            if (plan.config().threads() > 0) {
                Torch.threads(plan.config().threads());
            }
            return new Bench(plan, progress).run();
        }
    }

    /** The ceilings come last: their large tensors would count for the peak of memory. */
    private BenchResult run() {
        List<Timed> timed = new ArrayList<>(List.of(run.synthetic()));
        plan.data().map(run::real).ifPresent(timed::add);
        Map<String, Ceiling> ceilings = ceilings();
        double ceiling =
                Objects.requireNonNull(ceilings.get(label(config.precision()))).gflopPerS();
        double gflop = gflopPerStep();
        List<Row> rows = timed.stream().map(each -> row(each, gflop, ceiling)).toList();
        return new BenchResult(machine, setting(), run.pulls(), gflop, run.secondsToFirstStep(), rows, ceilings);
    }

    private Map<String, Ceiling> ceilings() {
        progress.accept("the largest convolutions");
        Map<String, Ceiling> ceilings = new LinkedHashMap<>();
        for (NumberFormat format : NumberFormat.values()) {
            ceilings.put(label(format), Ceiling.measure(Precision.valueOf(format.name())));
        }
        return ceilings;
    }

    private double gflopPerStep() {
        Work student = Work.of(run.student(), plan.shape());
        Model teacher = run.teacher();
        Work teaching = teacher == null || plan.stored() ? Work.NONE : Work.of(teacher, plan.shape());
        int images = config.batchSize() * config.method().views();
        return images * Work.flop(student, teaching, run.pulls()) / 1e9;
    }

    private Row row(Timed of, double gflopPerStep, double ceiling) {
        StepMeter meter = of.meter();
        Map<String, Quantiles> phases = new LinkedHashMap<>();
        for (Phase phase : Phase.values()) {
            phases.put(phase.label(), Quantiles.of(meter.ms(phase)));
        }
        Quantiles step = Quantiles.of(meter.ms());
        double seconds = step.median() / 1e3;
        return new Row(
                of.batches(),
                meter.count(),
                step,
                phases,
                config.batchSize() / seconds,
                gflopPerStep / seconds,
                gflopPerStep / seconds / ceiling,
                of.peakBytes().isPresent() ? of.peakBytes().getAsLong() : null,
                meter.residentGrowth(),
                meter.objectGrowth());
    }

    private Setting setting() {
        Model teacher = run.teacher();
        return new Setting(
                teacher == null ? null : teacher.name() + (plan.stored() ? " (stored answers)" : ""),
                run.student().name(),
                chosen("method"),
                chosen("momenta"),
                chosen("mask"),
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
}
