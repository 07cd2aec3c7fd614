package io.github.deepkd.train;

import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Loader;
import io.github.deepkd.measure.TestAnswers;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.RunStopped;
import io.github.deepkd.report.RunEvent.Warning;
import io.github.deepkd.schedule.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run's epochs from wherever it stands to the last: training, evaluation, checkpoints, and an orderly end before it. */
final class Epochs {

    /** A loss so many times the least of the run, at an accuracy of less than half the best, is not on its way down. */
    private static final double DIVERGED = 3;

    private final RunConfig config;
    private final Model student;
    private final Trainer trainer;
    private final Loader loader;
    private final Evaluator evaluator;
    private final int classes;
    private final @Nullable TestAnswers teacher;
    private final Checkpoints checkpoints;
    private final Reporter report;
    private final StopSign stop;

    /**
     * @param classes C
     * @param teacher its answers to the test images; null without a teacher network
     */
    Epochs(
            RunConfig config,
            Model student,
            Trainer trainer,
            Loader loader,
            Evaluator evaluator,
            int classes,
            @Nullable TestAnswers teacher,
            Checkpoints checkpoints,
            Reporter report,
            StopSign stop) {
        this.config = config;
        this.student = student;
        this.trainer = trainer;
        this.loader = loader;
        this.evaluator = evaluator;
        this.classes = classes;
        this.teacher = teacher;
        this.checkpoints = checkpoints;
        this.report = report;
        this.stop = stop;
    }

    /**
     * Does all epochs that are left and returns the state after the last.
     *
     * @throws StopSign.Stopped where the sign went up, the state being saved
     */
    RunState from(RunState start) {
        RunState at = start;
        try {
            while (at.epoch() <= config.epochs()) {
                at = epoch(at);
            }
            return at;
        } catch (StopSign.Stopped e) {
            report.on(new RunStopped(at.epoch(), at.step(), "as asked", List.of(), checkpoints.save(at)));
            throw e;
        } catch (NumberCheck.NotFinite e) {
            throw failed(at, e);
        }
    }

    private RunState epoch(RunState at) {
        train(at);
        RunState next = at.next(evaluated(at));
        checkpoints.saveBest(next);
        checkpoints.save(next);
        return next;
    }

    private void train(RunState at) {
        if (at.step() == loader.batches()) {
            return; // it was stopped between training and evaluation
        }
        try (Epoch batches = loader.shuffled(config.seed(), at.epoch(), at.step())) {
            trainer.epoch(at.epoch(), batches, at.losses(), () -> {
                stop.check();
                checkpoints.afterStep(at);
            });
        }
    }

    private EpochDone evaluated(RunState at) {
        long started = System.nanoTime();
        TestAnswers answers = new TestAnswers(classes);
        Evaluator.Accuracy test = evaluator.of(student::predict, stop, answers::add);
        Progress last = new Progress(at.epoch(), config.epochs(), loader.batches() - 1, loader.batches());
        double seconds = at.losses().seconds() + (System.nanoTime() - started) / 1e9;
        EpochDone done = RunEvents.epochDone(config, last, trainer.k(last), at.losses(), test, at.done(), seconds);
        report.on(done);
        report.on(answers.event("student", at.epoch(), teacher));
        divergence(done, at.done()).ifPresent(what -> report.on(new Warning(done.epoch(), what)));
        return done;
    }

    /** What there is to say of an epoch after which the run is no longer on its way down. */
    static Optional<String> divergence(EpochDone now, List<EpochDone> earlier) {
        double least = earlier.stream().mapToDouble(EpochDone::trainLoss).min().orElse(now.trainLoss());
        if (now.trainLoss() <= DIVERGED * least || now.testTop1() >= now.bestTop1() / 2) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "the loss has risen from %.3g to %.3g and top-1 has fallen from %.2f to %.2f: the run diverges; start"
                        + " another with a lower learning-rate.start",
                least,
                now.trainLoss(),
                now.bestTop1(),
                now.testTop1()));
    }

    private IllegalStateException failed(RunState at, NumberCheck.NotFinite e) {
        String newest = checkpoints.newest();
        report.on(new RunStopped(at.epoch(), at.step(), String.valueOf(e.getMessage()), e.images(), newest));
        return new IllegalStateException(e.getMessage() + "; " + wayOut(newest), e);
    }

    private static String wayOut(@Nullable String newest) {
        String lower = "start again in another --output folder with a lower --set learning-rate.start";
        return newest == null
                ? lower
                : "the last good checkpoint is " + newest + ": go on from it by --resume --on-nonfinite skip, or "
                        + lower;
    }
}
