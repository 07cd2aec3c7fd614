package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.Description;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.Subset;
import io.github.deepkd.measure.TestAnswers;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunResumed;
import io.github.deepkd.report.RunEvent.Warning;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** One run from configuration to trained student: data, networks, epochs, evaluation, checkpoints and events. */
public final class Run {

    private final RunConfig config;
    private final String recipe;
    private final RunFolder folder;
    private final Reporter report;
    private final StopSign stop;
    private final Dataset data;

    private Run(RunConfig config, String recipe, RunFolder folder, Reporter report, StopSign stop) {
        this.config = config;
        this.recipe = recipe;
        this.folder = folder;
        this.report = report;
        this.stop = stop;
        this.data = openData(config);
    }

    /**
     * Trains a student, or goes on with a run that was interrupted where the folder holds a checkpoint of it.
     *
     * @param recipe the name under which events speak of it
     * @param folder is closed at the end
     * @return the student's row in a table of results
     * @throws StopSign.Stopped where the sign went up, the state being saved
     */
    public static Result train(RunConfig config, String recipe, RunFolder folder, Reporter report, StopSign stop) {
        try (folder;
                TensorScope run = TensorScope.open()) {
            prepareLibtorch(config);
            return new Run(config, recipe, folder, report, stop).train();
        } catch (RuntimeException | OutOfMemoryError e) {
            throw OutOfMemory.explained(config, e);
        }
    }

    /** The same, and nothing stops it. */
    public static Result train(RunConfig config, String recipe, RunFolder folder, Reporter report) {
        return train(config, recipe, folder, report, StopSign.NONE);
    }

    /** The teacher's row in a table of results: its accuracy on the test images. */
    public static Result teacher(RunConfig config) {
        try (TensorScope run = TensorScope.open();
                WeightSource weights = WeightSource.of(Networks.teacherWeights(config))) {
            long started = System.nanoTime();
            prepareLibtorch(config);
            Dataset data = openData(config);
            Model teacher = Networks.teacher(config, data);
            double top1 = evaluator(config, data).of(teacher.frozen()).top1();
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
        UnaryOperator<Tensor> frozen = teacher == null ? null : teacher.frozen();
        Loader loader = loader(answers);
        Trainer trainer = trainer(student, teacher(frozen, answers), loader);
        Provenance provenance = provenance(dataHash, answers);
        Checkpoints checkpoints = new Checkpoints(folder, config.checkpoints(), student, trainer.state(), provenance);

        List<String> notes = new ArrayList<>(doubtsOfDeterminism());
        RunState start = checkpoints.restore(notes::add);
        requireEpochsLeft(start.done().size());
        folder.begin(config.toMap());
        Evaluator evaluator = evaluator(config, data);
        TestAnswers taught = frozen == null ? null : taught(frozen, evaluator);
        Double teacherTop1 = taught == null ? null : taught.top1();
        report.on(RunEvents.started(
                config, provenance, data.classNames(), loader.batches(), student, teacher, teacherTop1));
        if (taught != null) {
            report.on(taught.event("teacher", 0, null));
        }
        tellOf(start, notes);
        Epochs epochs = new Epochs(
                config, student, trainer, loader, evaluator, data.classes(), taught, checkpoints, report, stop);
        RunFinished finished = RunEvents.finished(config, epochs.from(start).done(), trainer.measuringShare());
        report.on(finished);
        return result(finished, student);
    }

    private TestAnswers taught(UnaryOperator<Tensor> teacher, Evaluator evaluator) {
        TestAnswers answers = new TestAnswers(data.classes());
        evaluator.of(teacher, stop, answers::add);
        return answers;
    }

    /** What an earlier process did, where there was one; it may have ended before it could tell of all. */
    private void tellOf(RunState start, List<String> notes) {
        if (start.epoch() > 1 || start.step() > 0) {
            List<EpochDone> told = Files.exists(folder.events()) ? JsonLines.epochs(folder.events()) : List.of();
            report.on(new RunResumed(start.done().size(), start.step(), Checkpoints.name(start)));
            start.done().stream().filter(epoch -> !told.contains(epoch)).forEach(report::on);
        }
        notes.forEach(note -> report.on(new Warning(start.epoch(), note)));
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

    /** What {@code deterministic} cannot warrant. */
    private List<String> doubtsOfDeterminism() {
        return config.deterministic() && config.threads() == 0
                ? List.of("deterministic results need a fixed number of threads, and libtorch took " + Torch.threads()
                        + " for this machine: add --threads " + Torch.threads())
                : List.of();
    }

    private Provenance provenance(String dataHash, @Nullable Answers answers) {
        boolean asksNetwork = config.method().needsTeacher() && answers == null;
        String teacherHash = asksNetwork ? WeightSource.sha256(Networks.teacherWeights(config)) : "";
        return new Provenance(config, recipe, dataHash, teacherHash, answers == null ? null : answers.description());
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

    private static @Nullable Teacher teacher(@Nullable UnaryOperator<Tensor> frozen, @Nullable Answers answers) {
        if (answers != null) {
            return Teacher.stored(answers);
        }
        return frozen == null ? null : Teacher.frozen(frozen);
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
        Torch.deterministic(config.deterministic());
    }

    static Dataset openData(RunConfig config) {
        RunConfig.Data data = config.data();
        return Datasets.open(data.kind(), data.directory(), Fit.of(data.size(), data.resize()));
    }

    /** What images are normalised with. */
    public static Normalization normalization(RunConfig config) {
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
    public static ImageSet training(RunConfig config, Dataset data) {
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
