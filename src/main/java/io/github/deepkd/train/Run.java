package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.loss.Component;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.report.Curves;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunResumed;
import io.github.deepkd.report.RunEvent.RunStarted;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.NativeMemory;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One run from configuration to trained student: data, teacher, epochs, evaluation, checkpoints and events. */
public final class Run {

    private final RunConfig config;
    private final String recipe;
    private final RunFolder folder;
    private final Reporter report;
    private final long started = System.nanoTime();

    private Run(RunConfig config, String recipe, RunFolder folder, Reporter report) {
        this.config = config;
        this.recipe = recipe;
        this.folder = folder;
        this.report = report;
    }

    /**
     * Trains a student, or goes on with a run that was interrupted where the folder holds a checkpoint of it.
     *
     * @param recipe the name under which events speak of it
     * @return the student's row in a table of results
     */
    public static Result train(RunConfig config, String recipe, RunFolder folder, Reporter report) {
        try (TensorScope run = TensorScope.open()) {
            return new Run(config, recipe, folder, report).train();
        }
    }

    /** The teacher's row in a table of results: its accuracy on the test images. */
    public static Result teacher(RunConfig config) {
        try (TensorScope run = TensorScope.open();
                WeightSource weights =
                        WeightSource.of(Objects.requireNonNull(config.teacher().weights()))) {
            long started = System.nanoTime();
            prepareLibtorch(config);
            Dataset data = openData(config);
            Model teacher = teacher(config, data);
            double top1 = evaluator(config, data).of(teacher).top1();
            double seconds = (System.nanoTime() - started) / 1e9;
            return new Result("teacher", top1, top1, top1, 1, teacher.parameters(), bytes(weights.file()), seconds);
        }
    }

    private Result train() {
        prepareLibtorch(config);
        Dataset data = openData(config);
        config.mask().check(data.classes());
        config.momenta().check(config.method().components());

        Torch.manualSeed(config.seed());
        Model student = student(config, data);
        Model teacher = config.method().needsTeacher() ? teacher(config, data) : null;
        Evaluator evaluator = evaluator(config, data);
        Loader loader = new Loader(
                data.train(),
                normalization(config),
                config.data().augmentation(),
                config.batchSize(),
                config.data().loaderThreads());
        Trainer trainer = new Trainer(
                config, student, teacher == null ? null : Teacher.frozen(teacher), loader, data.classes(), report);

        report.on(started(data, student, teacher, evaluator, loader));
        List<EpochDone> epochs = resume(student, trainer);
        folder.writeConfiguration(config.toMap());
        for (int epoch = epochs.size() + 1; epoch <= config.epochs(); epoch++) {
            EpochLosses losses = trainer.epoch(epoch);
            double bestSoFar =
                    epochs.stream().mapToDouble(EpochDone::testTop1).max().orElse(0);
            epochs.add(epochDone(epoch, losses, evaluator.of(student), bestSoFar, data.classes()));
            report.on(epochs.get(epochs.size() - 1));
            save(student, trainer, epochs);
        }
        RunFinished finished = finished(epochs);
        report.on(finished);
        return new Result(
                recipe,
                finished.top1Best(),
                finished.top1Last(),
                finished.top1Mean(),
                finished.meanOf(),
                student.parameters(),
                bytes(folder.student()),
                finished.seconds());
    }

    /** Sets what is global in libtorch, and refuses what this build of it cannot do. */
    private static void prepareLibtorch(RunConfig config) {
        if (config.device() == RunConfig.Device.CUDA) {
            throw new BadInput("device cuda: this version of deepkd computes on the CPU only; use --device cpu");
        }
        if (config.threads() > 0) {
            Torch.threads(config.threads());
        }
    }

    private static Dataset openData(RunConfig config) {
        Integer size = config.data().size();
        OptionalInt sized = size == null ? OptionalInt.empty() : OptionalInt.of(size);
        return Datasets.open(config.data().kind(), config.data().directory(), sized);
    }

    private static Normalization normalization(RunConfig config) {
        Normalization own = config.data().normalization();
        return own == null ? Datasets.normalization(config.data().kind()) : own;
    }

    private static Evaluator evaluator(RunConfig config, Dataset data) {
        return new Evaluator(data.test(), normalization(config), config.data().loaderThreads());
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Model student(RunConfig config, Dataset data) {
        String weights = config.student().weights();
        Model student = create(config.student().model(), config, data);
        return weights == null ? student : load(student, weights);
    }

    private static Model teacher(RunConfig config, Dataset data) {
        String model = config.teacher().model();
        String weights = config.teacher().weights();
        if (model == null || weights == null) {
            throw new BadInput("this method needs a teacher: set teacher.model and teacher.weights, as in "
                    + "--set teacher.model=resnet56 --set teacher.weights=FILE");
        }
        return load(create(model, config, data), weights);
    }

    private static Model create(String model, RunConfig config, Dataset data) {
        Precision precision = Precision.valueOf(config.precision().name());
        return Models.create(model, data.shape().channels(), data.classes(), precision);
    }

    /**
     * Fills {@code model} from a file of weights, every tensor of which must fit.
     *
     * @param weights a file, or {@code embedded:NAME} for one that comes with deepkd
     */
    public static Model load(Model model, String weights) {
        try (TensorScope reading = TensorScope.open();
                WeightSource source = WeightSource.of(weights)) {
            WeightFiles.copyInto(model.tensors(), WeightFiles.read(source.file()), model.name());
        }
        model.loaded();
        return model;
    }

    private List<EpochDone> resume(Model student, Trainer trainer) {
        List<EpochDone> epochs = new ArrayList<>();
        folder.latestCheckpoint().ifPresent(file -> {
            try (TensorScope reading = TensorScope.open()) {
                epochs.addAll(Checkpoint.read(file, student, trainer.sgd()));
            }
            report.on(new RunResumed(epochs.size(), file.getFileName().toString()));
        });
        return epochs;
    }

    private void save(Model student, Trainer trainer, List<EpochDone> epochs) {
        Safetensors.write(folder.student(), student.tensors(), Map.of("model", student.name(), "recipe", recipe));
        Checkpoint.write(folder.checkpoint(epochs.size()), student, trainer.sgd(), epochs);
        folder.prune();
        Curves.draw(folder.curves(), epochs, recipe);
    }

    private EpochDone epochDone(int epoch, EpochLosses losses, Evaluator.Accuracy test, double bestSoFar, int classes) {
        Progress last = new Progress(epoch, config.epochs(), 0, 1);
        return new EpochDone(
                epoch,
                losses.total(),
                losses.byComponent(),
                test.top1(),
                test.top5(),
                Math.max(test.top1(), bestSoFar),
                config.learningRate().at(last),
                config.mask().k(last, classes),
                losses.seconds(),
                losses.samplesPerSecond());
    }

    private RunFinished finished(List<EpochDone> epochs) {
        EpochDone best = epochs.stream()
                .reduce((a, b) -> b.testTop1() > a.testTop1() ? b : a)
                .orElseThrow();
        List<EpochDone> last = epochs.subList(Math.max(0, epochs.size() - config.meanOf()), epochs.size());
        double mean = last.stream().mapToDouble(EpochDone::testTop1).average().orElseThrow();
        return new RunFinished(
                best.testTop1(),
                best.epoch(),
                epochs.get(epochs.size() - 1).testTop1(),
                mean,
                last.size(),
                (System.nanoTime() - started) / 1e9,
                NativeMemory.peakBytes());
    }

    private RunStarted started(
            Dataset data, Model student, @Nullable Model teacher, Evaluator evaluator, Loader loader) {
        Momenta momenta = config.momenta();
        return new RunStarted(
                BuildInfo.version(),
                BuildInfo.commit(),
                System.getProperty("java.version"),
                Torch.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                config.device().name().toLowerCase(Locale.ROOT),
                config.precision().name().toLowerCase(Locale.ROOT),
                Torch.threads(),
                config.seed(),
                recipe,
                data.hash(),
                config.toMap(),
                byComponent(momenta::of),
                byComponent(component -> component == momenta.decayed() ? config.weightDecay() : 0),
                List.copyOf(byComponent(momenta::of).keySet()),
                config.epochs(),
                loader.batches(),
                config.batchSize(),
                student.parameters(),
                teacher == null ? 0 : teacher.parameters(),
                teacher == null ? null : evaluator.of(teacher).top1());
    }

    private Map<String, Double> byComponent(ToDoubleFunction<Component> value) {
        Map<String, Double> map = new LinkedHashMap<>();
        EnumSet.copyOf(config.method().components())
                .forEach(component -> map.put(component.label(), value.applyAsDouble(component)));
        return map;
    }
}
