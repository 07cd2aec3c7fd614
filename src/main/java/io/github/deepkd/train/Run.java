package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.Description;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.Subset;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunResumed;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run from configuration to trained student: data, networks, epochs, evaluation, checkpoints and events. */
public final class Run {

    private final RunConfig config;
    private final String recipe;
    private final RunFolder folder;
    private final Reporter report;
    private final Dataset data;

    private Run(RunConfig config, String recipe, RunFolder folder, Reporter report) {
        this.config = config;
        this.recipe = recipe;
        this.folder = folder;
        this.report = report;
        this.data = openData(config);
    }

    /**
     * Trains a student, or goes on with a run that was interrupted where the folder holds a checkpoint of it.
     *
     * @param recipe the name under which events speak of it
     * @return the student's row in a table of results
     */
    public static Result train(RunConfig config, String recipe, RunFolder folder, Reporter report) {
        try (TensorScope run = TensorScope.open()) {
            prepareLibtorch(config);
            return new Run(config, recipe, folder, report).train();
        }
    }

    /** The teacher's row in a table of results: its accuracy on the test images. */
    public static Result teacher(RunConfig config) {
        try (TensorScope run = TensorScope.open();
                WeightSource weights = WeightSource.of(Networks.teacherWeights(config))) {
            long started = System.nanoTime();
            prepareLibtorch(config);
            Dataset data = openData(config);
            Model teacher = Networks.teacher(config, data);
            double top1 = evaluator(config, data).of(teacher).top1();
            return new Result(
                    "teacher", top1, top1, top1, 1, teacher.parameters(), bytes(weights.file()), secondsSince(started));
        }
    }

    private Result train() {
        checkSettings();
        Torch.manualSeed(config.seed());
        Model student = Networks.student(config, data);
        String dataHash = data.hash();
        Answers answers = trainsFromAnswers(config) ? AnswerSettings.open(config, data, dataHash) : null;
        Model teacher = config.method().needsTeacher() && answers == null ? Networks.teacher(config, data) : null;
        Evaluator evaluator = evaluator(config, data);
        Loader loader = loader(answers);
        Trainer trainer = trainer(student, teacher(teacher, answers), loader);
        Checkpoint.Origin origin = new Checkpoint.Origin(dataHash, answers == null ? null : answers.description());

        Path checkpoint = folder.latestCheckpoint().orElse(null);
        List<EpochDone> epochs =
                checkpoint == null ? new ArrayList<>() : Checkpoint.read(checkpoint, student, trainer.state(), origin);
        requireEpochsLeft(epochs.size());
        folder.begin(config.toMap());
        Double teacherTop1 = teacher == null ? null : evaluator.of(teacher).top1();
        report.on(RunEvents.started(config, recipe, origin, loader.batches(), student, teacher, teacherTop1));
        if (checkpoint != null) {
            report.on(new RunResumed(epochs.size(), checkpoint.getFileName().toString()));
        }
        for (int epoch = epochs.size() + 1; epoch <= config.epochs(); epoch++) {
            epochs.add(epoch(epoch, trainer, loader, student, evaluator, epochs));
            Safetensors.write(folder.student(), student.tensors(), Map.of("model", student.name(), "recipe", recipe));
            Checkpoint.write(folder.checkpoint(epoch), student, trainer.state(), epochs, origin);
            folder.prune();
        }
        RunFinished finished = RunEvents.finished(config, epochs);
        report.on(finished);
        return result(finished, student);
    }

    private EpochDone epoch(
            int epoch, Trainer trainer, Loader loader, Model student, Evaluator evaluator, List<EpochDone> earlier) {
        long started = System.nanoTime();
        EpochLosses losses = epoch(epoch, trainer, loader);
        Evaluator.Accuracy test = evaluator.of(student);
        Progress last = new Progress(epoch, config.epochs(), loader.batches() - 1, loader.batches());
        EpochDone done =
                RunEvents.epochDone(config, last, trainer.k(last), losses, test, earlier, secondsSince(started));
        report.on(done);
        return done;
    }

    private EpochLosses epoch(int epoch, Trainer trainer, Loader loader) {
        try (Epoch batches = loader.shuffled(config.seed(), epoch)) {
            return trainer.epoch(epoch, batches);
        }
    }

    private void checkSettings() {
        requireTrainable(data);
        config.mask().check(data.classes());
        config.momenta().check(config.method().components());
    }

    static void requireTrainable(Dataset data) {
        if (data.classes() < 2) {
            throw new BadInput(data.name() + " has " + data.classes() + " class: there is nothing to tell apart");
        }
        if (data.train() == data.test()) {
            throw new BadInput(data.name() + " has no folders train and test: it can be evaluated on, not trained on");
        }
    }

    private void requireEpochsLeft(int done) {
        if (done > config.epochs()) {
            throw new BadInput("the run in " + folder.path() + " has done " + done + " epochs, more than the "
                    + config.epochs() + " asked for: resume it with at least as many");
        }
    }

    /** Whether the teacher's answers come from a folder. */
    public static boolean trainsFromAnswers(RunConfig config) {
        return config.method().needsTeacher() && config.teacher().answers() != null;
    }

    /** Replays the views that were answered, where answers are stored. */
    private Loader loader(@Nullable Answers answers) {
        Loader loader = loader(config, data);
        if (answers == null) {
            return loader;
        }
        Description stored = answers.description();
        return loader.replaying(stored.seed(), stored.views());
    }

    private @Nullable Teacher teacher(@Nullable Model model, @Nullable Answers answers) {
        if (answers != null) {
            return Teacher.stored(answers);
        }
        return model == null ? null : Teacher.frozen(model);
    }

    private Trainer trainer(Model student, @Nullable Teacher teacher, Loader loader) {
        return new Trainer(config, student, teacher, data.classes(), loader.batches(), report, StepClock.NONE);
    }

    private Result result(RunFinished finished, Model student) {
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

    /** Sets what is global in libtorch. */
    static void prepareLibtorch(RunConfig config) {
        if (config.threads() > 0) {
            Torch.threads(config.threads());
        }
    }

    static Dataset openData(RunConfig config) {
        RunConfig.Data data = config.data();
        return Datasets.open(data.kind(), data.directory(), Fit.of(data.size(), data.resize()));
    }

    static Normalization normalization(RunConfig config) {
        Normalization own = config.data().normalization();
        return own == null ? Datasets.normalization(config.data().kind()) : own;
    }

    static Evaluator evaluator(RunConfig config, Dataset data) {
        return new Evaluator(data.test(), normalization(config), config.data().loaderThreads());
    }

    /** Of the training images. */
    static Loader loader(RunConfig config, Dataset data) {
        return new Loader(
                training(config, data),
                normalization(config),
                config.data().augmentation(),
                config.method().views(),
                config.batchSize(),
                config.data().loaderThreads());
    }

    /** All training images, or as many as the limit. */
    static ImageSet training(RunConfig config, Dataset data) {
        Integer limit = config.data().trainLimit();
        return limit == null ? data.train() : Subset.balanced(data.train(), limit);
    }

    private static double secondsSince(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
