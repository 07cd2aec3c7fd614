package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.RunFinished;
import io.github.deepkd.report.RunEvent.RunResumed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);
    private long seconds;
    private final Console console = new Console(out, new StepLines(out, () -> seconds * 1_000_000_000));

    /** The lines since the last call. */
    private List<String> lines() {
        List<String> lines = bytes.toString(UTF_8).lines().toList();
        bytes.reset();
        return lines;
    }

    @Test
    void theStartTellsWhatIsDistilledFromWhat() {
        console.on(Events.started(72.61));
        assertThat(lines())
                .containsExactly(
                        "deepkd 0.1.0, libtorch 2.10.0, cpu float32, 2 threads, seed 7",
                        "  recipe    cifar100/resnet56-resnet20:kd",
                        "  teacher   model resnet56, 861,620 parameters, top-1 72.61 %",
                        "  student   resnet20, 278,324 parameters",
                        "  data      cifar100",
                        "  method    kd (temperature 4.0)",
                        "  momenta   task 0.975, target 0.825, non-target 0.975",
                        "  training  240 epochs of 100 steps, batch 64");
    }

    @Test
    void withoutATeacherNoneIsTold() {
        console.on(Events.started(null));
        assertThat(lines()).noneMatch(line -> line.contains("teacher"));
    }

    @Test
    void anEpochHasALineWithTheTimeLeft() {
        console.on(Events.started(72.61));
        lines();
        console.on(Events.epoch(12, 65.32));
        assertThat(lines())
                .containsExactly("epoch  12/240  loss 1.2400 (task 0.81 target 0.10 non-target 0.33)  top-1 65.32 %"
                        + "  best 65.40 %  lr 0.05  k 23  812 samples/s  left 45 min 36 s");
    }

    @Test
    void theLastEpochOfPlainTrainingHasNeitherPartsNorMaskNorTimeLeft() {
        console.on(Events.started(null));
        lines();
        console.on(new EpochDone(240, 0.5, Map.of("task", 0.5), 65, 90, 66, 5e-4, 0, 12, 812));
        assertThat(lines())
                .containsExactly("epoch 240/240  loss 0.5000  top-1 65.00 %  best 66.00 %  lr 0.0005  812 samples/s");
    }

    @Test
    void stepsAreToldEveryTenSecondsOnly() {
        console.on(Events.started(72.61));
        lines();
        seconds = 9;
        console.on(Events.step(1, 10));
        assertThat(lines()).isEmpty();
        seconds = 10;
        console.on(Events.step(1, 20));
        // 80 steps at 10 a second, and 239 epochs of 100 such steps
        assertThat(lines()).containsExactly("epoch   1/240   20 %  loss 1.5000  k 23  640 samples/s  left 39 min 58 s");
        seconds = 19;
        console.on(Events.step(1, 90));
        assertThat(lines()).isEmpty();
    }

    @Test
    void afterAnEpochItsAccuracyAndItsDurationWithEvaluationCount() {
        console.on(Events.started(72.61));
        console.on(Events.epoch(238, 65.32));
        lines();
        seconds = 10;
        console.on(Events.step(239, 50));
        // 50 steps at 10 a second, and one epoch of 12 seconds
        assertThat(lines())
                .containsExactly("epoch 239/240   50 %  loss 1.5000  top-1 65.32 %  k 23  640 samples/s  left 17 s");
    }

    @Test
    void aResumedRunGoesOnAfterItsCheckpoint() {
        console.on(Events.started(72.61));
        console.on(new RunResumed(7, 0, "runs/a/checkpoint"));
        seconds = 10;
        console.on(Events.step(8, 50));
        assertThat(lines())
                .contains("resumed after epoch 7, from runs/a/checkpoint")
                .last()
                .asString()
                .startsWith("epoch   8/240   50 %");
    }

    @Test
    void theEndTellsBestLastAndMean() {
        console.on(new RunFinished(65.4, 11, 65.32, 65.1, 5, 4321, 1.26, 1_234_567_890));
        assertThat(lines())
                .containsExactly("finished in 1 h 12 min: top-1 best 65.40 % (epoch 11), last 65.32 %, "
                        + "mean of the last 5 epochs 65.10 %; 1.3 % of it was measuring; peak memory 1.2 GB");
    }

    @Test
    void aRunThatDivergedIsStillTold() {
        console.on(Events.started(null));
        lines();
        double nan = Double.NaN;
        console.on(new EpochDone(1, nan, Map.of("task", nan), 1, 5, 1, nan, 0, nan, 0));
        assertThat(lines())
                .containsExactly("epoch   1/240  loss NaN  top-1 1.00 %  best 1.00 %  lr NaN  0 samples/s  left ?");
    }

    @Test
    void onATerminalTheBarGivesWayToTheLineOfTheEpoch() {
        try (Console terminal = new Console(out, new StepBar(out))) {
            terminal.on(Events.started(72.61));
            terminal.on(Events.step(1, 100));
            terminal.on(Events.epoch(1, 65.32));
        }
        List<String> shown = List.of(bytes.toString(UTF_8).split("[\r\n]+"));
        assertThat(shown).anyMatch(line -> line.startsWith("epoch   1/240 100%"));
        assertThat(shown)
                .filteredOn(line -> line.startsWith("epoch   1/240  loss 1.2400"))
                .hasSize(1);
        assertThat(shown).last().asString().isBlank(); // the bar of epoch 2 was taken away
    }
}
