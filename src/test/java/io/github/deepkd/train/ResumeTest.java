package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two epochs of three steps each, 30 test images in one batch of an evaluation. */
class ResumeTest {

    private static final String[] SETTINGS = {
        "method=kd",
        "momenta=deepkd",
        "mask=dynamic",
        "curriculum=ctkd",
        "learning-rate={kind: cosine, start: 0.01, warm-up-epochs: 0.5}",
        "checkpoints.every-minutes=0"
    };

    @TempDir
    private Path folder;

    private RunConfig config = RunConfig.DEFAULTS;

    @BeforeEach
    void prepare() {
        config = TinyRun.prepare(folder, SETTINGS);
    }

    /** Each check of the sign is a place where a run can stop: once for the teacher, after steps, in evaluations. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9})
    void aRunThatWasStoppedAnywhereEndsBitForBitAsOneThatWasNot(int checks) {
        train("whole", config, StopSign.NONE);
        assertThatThrownBy(() -> train("half", config, new StopAtCheck(checks))).isInstanceOf(StopSign.Stopped.class);
        resume("half", config);
        assertSameRuns("whole", "half");
    }

    @Test
    void aRunThatIsStoppedAgainAndAgainEndsBitForBitAsOneThatWasNot() {
        train("whole", config, StopSign.NONE);
        assertThatThrownBy(() -> train("half", config, new StopAtCheck(3))).isInstanceOf(StopSign.Stopped.class);
        int stops = 1;
        while (stops < 20) {
            try (RunFolder half = RunFolder.resume(folder.resolve("half"), config)) {
                trainIn(half, config, new StopAtCheck(3));
                break;
            } catch (StopSign.Stopped e) {
                stops++;
            }
        }
        assertThat(stops).isBetween(3, 10);
        assertSameRuns("whole", "half");
    }

    @Test
    void dropoutDrawsTheSameAfterAStopWithinAnEpoch() {
        config = TinyRun.with(config, "student.model=imagenet_mobilenet_v2");
        train("whole", config, StopSign.NONE);
        assertThatThrownBy(() -> train("half", config, new StopAtCheck(3))).isInstanceOf(StopSign.Stopped.class);
        resume("half", config);
        assertSameRuns("whole", "half");
    }

    @Test
    void aDamagedNewestCheckpointIsToldOfAndTheOneBeforeTaken() throws IOException {
        train("whole", config, StopSign.NONE);
        RunConfig everyStep = TinyRun.with(config, "checkpoints.every-steps=1");
        assertThatThrownBy(() -> train("half", everyStep, new StopAtCheck(6))).isInstanceOf(StopSign.Stopped.class);
        Path newest = checkpoints("half").get(0);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 1000] ^= 1; // one bit of one weight
        Files.write(newest, bytes);
        resume("half", everyStep);
        assertThat(Files.readString(folder.resolve("half/events.jsonl")))
                .contains("\"event\":\"warning\"")
                .contains(newest.getFileName() + " does not hold what its SHA-256 sum was taken of")
                .contains("the one before it is taken");
        assertThat(newest.resolveSibling(newest.getFileName() + ".damaged")).exists();
        assertSameRuns("whole", "half");
    }

    @Test
    void whereEveryCheckpointIsDamagedTheRunIsRefusedAndNothingIsOverwritten() throws IOException {
        train("half", TinyRun.with(config, "epochs=1"), StopSign.NONE);
        for (Path file : checkpoints("half")) {
            Files.writeString(file, "no checkpoint");
        }
        RunConfig one = TinyRun.with(config, "epochs=1");
        assertThatThrownBy(() -> resume("half", one))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("none of the checkpoints in");
        assertThat(folder.resolve("half/student.safetensors")).exists();
    }

    @Test
    void theNewestThreeCheckpointsStayAndTheTeacherIsInNone() {
        train("run", TinyRun.with(config, "checkpoints.every-steps=1"), StopSign.NONE);
        assertThat(checkpoints("run"))
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "epoch-0002.safetensors",
                        "epoch-0002-step-000003.safetensors",
                        "epoch-0002-step-000002.safetensors");
        try (TensorScope scope = TensorScope.open()) {
            assertThat(Safetensors.read(checkpoints("run").get(0)).tensors().keySet())
                    .allMatch(name -> name.startsWith("student.")
                            || name.startsWith("velocity.")
                            || name.startsWith("temperature."));
            assertThat(Safetensors.read(checkpoints("run").get(0)).metadata())
                    .containsKeys("configuration", "data", "teacher", "libtorch", "deepkd", "sha256")
                    .hasEntrySatisfying("teacher", hash -> assertThat(hash).hasSize(64));
        }
    }

    @Test
    void aTeacherWhoseFileHasChangedIsRefused() throws IOException {
        train("run", TinyRun.with(config, "epochs=1"), StopSign.NONE);
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> weights =
                    Safetensors.read(folder.resolve("teacher.safetensors")).tensors();
            Torch.fill_(weights.get("fc.bias"), 1);
            Safetensors.write(folder.resolve("teacher.safetensors"), weights, Map.of());
        }
        RunConfig one = TinyRun.with(config, "epochs=1");
        assertThatThrownBy(() -> resume("run", one))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("another teacher");
    }

    @Test
    void aFolderInUseIsRefusedToOthersByItsOwnersId() {
        try (RunFolder held = RunFolder.create(folder.resolve("run"))) {
            assertThatThrownBy(() -> RunFolder.create(folder.resolve("run")))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(
                            "in use by this process (" + ProcessHandle.current().pid() + ")");
            assertThat(held.path()).exists();
        }
        RunFolder.create(folder.resolve("run")).close();
    }

    @Test
    void aLockThatAKilledProcessLeftLocksNothing() throws IOException {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(folder.resolve("run/run.lock"), "4711");
        RunFolder.create(folder.resolve("run")).close();
    }

    private void train(String name, RunConfig run, StopSign stop) {
        trainIn(RunFolder.create(folder.resolve(name)), run, stop);
    }

    private void resume(String name, RunConfig run) {
        trainIn(RunFolder.resume(folder.resolve(name), run), run, StopSign.NONE);
    }

    private static void trainIn(RunFolder run, RunConfig config, StopSign stop) {
        try (JsonLines events = new JsonLines(run.events())) {
            Run.train(config, "test", run, Reporters.all(List.of(events)), stop);
        }
    }

    private List<Path> checkpoints(String name) {
        try (Stream<Path> files = Files.list(folder.resolve(name).resolve("checkpoints"))) {
            return files.sorted((a, b) -> order(b).compareTo(order(a))).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The end of an epoch comes after its steps. */
    private static String order(Path checkpoint) {
        return checkpoint.getFileName().toString().replace(".safetensors", "~").replace("-step", "!");
    }

    private void assertSameRuns(String one, String two) {
        for (String file : List.of("student.safetensors", "student-best.safetensors")) {
            try (TensorScope scope = TensorScope.open()) {
                Map<String, Tensor> expected = tensors(one, file);
                Map<String, Tensor> actual = tensors(two, file);
                assertThat(actual.keySet()).isEqualTo(expected.keySet());
                actual.forEach((name, tensor) -> assertThat(Torch.equal(tensor, expected.get(name)))
                        .as(name)
                        .isTrue());
            }
        }
        assertThat(untimed(two)).isEqualTo(untimed(one));
    }

    private Map<String, Tensor> tensors(String run, String file) {
        return Safetensors.read(folder.resolve(run).resolve(file)).tensors();
    }

    /** The epochs as told, without what a clock decides. */
    private List<String> untimed(String run) {
        return JsonLines.epochs(folder.resolve(run).resolve("events.jsonl")).stream()
                .map(epoch ->
                        epoch.epoch() + " " + epoch.losses() + " " + epoch.testTop1() + " " + epoch.learningRate())
                .toList();
    }
}
