package io.github.deepkd.train;

import io.github.deepkd.answers.Description;
import io.github.deepkd.loss.Component;
import io.github.deepkd.models.Model;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.Answers;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunStarted;
import io.github.deepkd.report.Score;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.NativeMemory;
import io.github.deepkd.tensor.Torch;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Puts what a run did into events. */
final class RunEvents {

    private RunEvents() {}

    static RunStarted started(
            RunConfig config,
            Provenance provenance,
            List<String> classNames,
            int stepsPerEpoch,
            Model student,
            @Nullable Model teacher,
            @Nullable Double teacherTop1) {
        Momenta momenta = config.momenta();
        return new RunStarted(
                RunEvent.SCHEMA,
                BuildInfo.version(),
                BuildInfo.commit(),
                System.getProperty("java.version"),
                Torch.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                config.device().name().toLowerCase(Locale.ROOT),
                config.precision().name().toLowerCase(Locale.ROOT),
                Torch.threads(),
                config.seed(),
                provenance.recipe(),
                provenance.dataHash(),
                config.toMap(),
                byComponent(config, momenta::of),
                byComponent(config, momenta::gain),
                byComponent(config, component -> component == momenta.decayed() ? config.weightDecay() : 0),
                List.copyOf(byComponent(config, momenta::of).keySet()),
                classNames,
                config.epochs(),
                stepsPerEpoch,
                config.batchSize(),
                student.parameters(),
                teacher == null ? 0 : teacher.parameters(),
                teacherTop1,
                provenance.answers() == null ? null : answers(config, provenance.answers()));
    }

    private static Answers answers(RunConfig config, Description stored) {
        return new Answers(
                String.valueOf(config.teacher().answers()),
                stored.views(),
                stored.top(),
                stored.seed(),
                stored.settings());
    }

    private static Map<String, Double> byComponent(RunConfig config, ToDoubleFunction<Component> value) {
        Map<String, Double> map = new LinkedHashMap<>();
        EnumSet.copyOf(config.method().components())
                .forEach(component -> map.put(component.label(), value.applyAsDouble(component)));
        return map;
    }

    /**
     * An epoch's event.
     *
     * @param last the epoch's last step, whose learning rate is told
     * @param earlier the epochs before it
     * @param seconds training and evaluation
     */
    static EpochDone epochDone(
            RunConfig config,
            Progress last,
            int k,
            EpochLosses losses,
            Evaluator.Accuracy test,
            List<EpochDone> earlier,
            double seconds) {
        double best = earlier.stream().mapToDouble(EpochDone::testTop1).max().orElse(0);
        return new EpochDone(
                last.epoch(),
                losses.total(),
                losses.byComponent(),
                test.top1(),
                test.top5(),
                Math.max(test.top1(), best),
                config.learningRate().at(last),
                k,
                seconds,
                losses.samplesPerSecond());
    }

    /**
     * The run's end; its seconds are those of all epochs, also of processes before a resume.
     *
     * @param measuring percent of this process's training time
     */
    static RunFinished finished(RunConfig config, List<EpochDone> epochs, double measuring) {
        Score score = Score.of(epochs, config.meanOf());
        return new RunFinished(
                score.best(),
                score.bestEpoch(),
                score.last(),
                score.mean(),
                score.meanOf(),
                epochs.stream().mapToDouble(EpochDone::seconds).sum(),
                measuring,
                NativeMemory.peakBytes());
    }
}
