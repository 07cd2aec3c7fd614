package io.github.deepkd.report;

import io.github.deepkd.BadInput;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Evaluation;
import io.github.deepkd.report.RunEvent.Gradients;
import io.github.deepkd.report.RunEvent.MomentaChanged;
import io.github.deepkd.report.RunEvent.Predictions;
import io.github.deepkd.report.RunEvent.RunResumed;
import io.github.deepkd.report.RunEvent.RunStarted;
import io.github.deepkd.report.RunEvent.StepDone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/** Writes what changes with time for TensorBoard, a file a process, over the steps since the run's start. */
public final class TensorBoard implements Reporter {

    private final Clock clock;
    private final TensorBoardFile file;
    private int stepsPerEpoch = 1;

    /**
     * @param folder is made where it is missing
     * @throws BadInput when it cannot be written
     */
    public TensorBoard(Path folder) {
        this(folder, Clock.systemUTC());
    }

    TensorBoard(Path folder, Clock clock) {
        this.clock = clock;
        try {
            Files.createDirectories(folder);
            file = new TensorBoardFile(folder.resolve(name()), seconds());
        } catch (IOException e) {
            throw new BadInput("folder " + folder + " cannot be written: " + e, e);
        }
    }

    /** TensorBoard reads files in the order of their names, hence the time first. */
    private String name() {
        return String.format(
                Locale.ROOT,
                "events.out.tfevents.%013d.%d.deepkd",
                clock.millis(),
                ProcessHandle.current().pid());
    }

    private double seconds() {
        return clock.millis() / 1e3;
    }

    @Override
    public void on(RunEvent event) {
        try {
            if (event instanceof RunStarted started) {
                stepsPerEpoch = started.stepsPerEpoch();
            } else if (event instanceof RunResumed resumed) {
                file.restart(seconds(), step(resumed.epoch() + 1, resumed.step()) + 1);
            }
            Map<String, Double> values = TensorBoardTags.of(event);
            if (!values.isEmpty()) {
                file.scalars(seconds(), step(event), values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long step(RunEvent event) {
        if (event instanceof StepDone at) {
            return step(at.epoch(), at.step());
        } else if (event instanceof Gradients at) {
            return step(at.epoch(), at.step());
        } else if (event instanceof Predictions at) {
            return step(at.epoch(), at.step());
        } else if (event instanceof MomentaChanged at) {
            return step(at.epoch(), at.step());
        } else if (event instanceof Evaluation at) {
            return step(at.epoch() + 1, 0);
        } else if (event instanceof EpochDone at) {
            return step(at.epoch() + 1, 0);
        }
        throw new IllegalArgumentException("it has no step: " + event);
    }

    private long step(int epoch, int step) {
        return (epoch - 1L) * stepsPerEpoch + step;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
