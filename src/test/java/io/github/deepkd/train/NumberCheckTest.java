package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.StepSkipped;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumberCheckTest {

    @TempDir
    private Path folder;

    @Test
    void aRunWhoseWeightsOverflowStopsAndNamesStepImagesAndTheLastGoodCheckpoint() throws Exception {
        // The first step is sound and is saved; the second flies off.
        RunConfig config = TinyRun.prepare(
                folder, "method=kd", "learning-rate.start=1e38", "weight-decay=1", "checkpoints.every-steps=1");
        RunFolder run = RunFolder.create(folder.resolve("run"));
        assertThatThrownBy(() -> {
                    try (JsonLines events = new JsonLines(run.events())) {
                        Run.train(config, "test", run, events);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("(?s).*(loss became|gradient of|weight|is not finite).*")
                .hasMessageContaining("lower --set learning-rate.start");
        assertThat(Files.readString(run.events())).contains("\"event\":\"run-stopped\"");
    }

    @Test
    void aGradientThatIsNoNumberIsToldWithComponentAndLayer() {
        Told told = new Told();
        try (TensorScope scope = TensorScope.open()) {
            RunConfig config = TinyRun.prepare(folder, "method=kd", "momenta=deepkd", "check-every=1");
            assertThatThrownBy(() -> oneEpoch(config, told, poisonedAt(2), "stop"))
                    .isInstanceOf(NumberCheck.NotFinite.class)
                    .hasMessageContaining("loss became NaN in epoch 1, step 2, with the images ");
        }
    }

    @Test
    void aSkippedStepLeavesTheStudentAsItWasAndTheRunGoesOn() {
        Told told = new Told();
        try (TensorScope scope = TensorScope.open()) {
            RunConfig config = TinyRun.prepare(folder, "method=kd", "momenta=deepkd");
            Map<String, Tensor> skipped = oneEpoch(config, told, poisonedAt(2), "skip");
            assertThat(told.events)
                    .filteredOn(StepSkipped.class::isInstance)
                    .singleElement()
                    .satisfies(
                            event -> assertThat(((StepSkipped) event).images()).hasSize(32));
            Map<String, Tensor> without = oneEpoch(config, told, batch -> batch == 2, null);
            skipped.forEach((name, tensor) ->
                    assertThat(Torch.equal(tensor, without.get(name))).as(name).isTrue());
        }
    }

    @Test
    void aStudentOfWhichEveryStepFailsStopsEvenWhereStepsMayBeSkipped() {
        Told told = new Told();
        try (TensorScope scope = TensorScope.open()) {
            RunConfig config = TinyRun.with(TinyRun.prepare(folder, "method=kd"), "batch-size=2");
            assertThatThrownBy(() -> oneEpoch(config, told, batch -> true, "skip"))
                    .isInstanceOf(NumberCheck.NotFinite.class);
            assertThat(told.events).filteredOn(StepSkipped.class::isInstance).hasSize(20);
        }
    }

    private interface Which {
        boolean batch(int number);
    }

    private static Which poisonedAt(int number) {
        return batch -> batch == number;
    }

    /** Trains an epoch whose chosen batches get an answer of NaN; or, without a policy, leaves those batches out. */
    private static Map<String, Tensor> oneEpoch(RunConfig config, Reporter report, Which which, String policy) {
        RunConfig run = policy == null ? config : TinyRun.with(config, "on-nonfinite=" + policy);
        Dataset data = Run.openData(run);
        Torch.manualSeed(run.seed());
        Model student = Models.create("resnet8", 1, 10, Precision.FLOAT32);
        Teacher sound = Teacher.frozen(Networks.load(
                Models.create("resnet8", 1, 10, Precision.FLOAT32),
                run.teacher().weights()));
        int[] asked = {0};
        Teacher teacher = (batch, view, images) -> {
            Tensor answer = sound.logits(batch, view, images);
            return policy != null && which.batch(++asked[0]) ? Torch.mul(Double.NaN, answer) : answer;
        };
        var loader = Run.loader(run, data);
        Trainer trainer = new Trainer(run, student, teacher, 10, loader.batches(), report, StepClock.NONE);
        EpochLosses losses = new EpochLosses();
        try (Epoch epoch = loader.shuffled(run.seed(), 1)) {
            for (int number = 1; epoch.hasNext(); number++) {
                Batch batch = epoch.next();
                if (policy == null && which.batch(number)) {
                    losses.add(Map.of(), batch.size());
                } else {
                    trainer.epoch(1, List.of(batch).iterator(), losses, () -> {});
                }
            }
        }
        return student.tensors();
    }

    private static final class Told implements Reporter {
        private final List<RunEvent> events = new ArrayList<>();

        @Override
        public void on(RunEvent event) {
            events.add(event);
        }

        @Override
        public void close() {}
    }
}
