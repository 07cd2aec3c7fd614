package io.github.deepkd.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.cli.Main;
import io.github.deepkd.files.Disk;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees, and keeps, when something outside of deepkd goes wrong. */
class FaultsTest {

    private static final long SIGINT_BIT = 1L << 1;

    @TempDir
    private Path folder;

    private Path recipe = Path.of("");
    private Path log = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        TinyRun.prepare(folder);
        log = folder.resolve("log.txt");
        recipe = folder.resolve("tiny.yaml");
        Files.writeString(recipe, """
                data: {kind: idx, directory: '%s', normalization: {mean: [0.5], std: [0.25]}}
                student: {model: resnet8}
                batch-size: 8
                epochs: 1000
                threads: 1
                log-every: 1
                """.formatted(folder));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void ctrlCFinishesTheStepSavesTellsHowToGoOnAndExitsWith130() throws Exception {
        assertStopsInGoodOrder("INT", 130);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void sigtermDoesTheSameAndExitsWith143() throws Exception {
        assertStopsInGoodOrder("TERM", 143);
    }

    /** Its last save, of a disk that takes for ever, would never end. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void ctrlCASecondTimeEndsAtOnceAndLeavesTheNewestCheckpointWhole() throws Exception {
        assumeHeard("INT");
        Path run = folder.resolve("run");
        Child child = train(Victim.class, List.of("HANG", "4000000"), run);
        awaitText(child, Disk.HANGS);
        send("INT", child);
        awaitText(child, "Ctrl-C again ends at once");
        assertThat(child.process().waitFor(2, TimeUnit.SECONDS)).isFalse();
        send("INT", child);
        assertThat(child.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(child.await()).isEqualTo(130);
        assertThat(child.text()).doesNotContain("Go on with");
        Child again = train(Main.class, List.of(), run, "--resume");
        awaitText(again, "resumed after epoch ");
        again.process().destroyForcibly();
        again.await();
    }

    private void assertStopsInGoodOrder(String signal, int exitCode) throws Exception {
        assumeHeard(signal);
        Path run = folder.resolve("run");
        Child child = train(Main.class, List.of(), run);
        awaitSteps(run);
        send(signal, child);
        assertThat(child.await()).isEqualTo(exitCode);
        assertThat(child.text())
                .contains("SIG" + signal)
                .contains("the newest checkpoint is epoch-")
                .contains("Go on with: deepkd train " + recipe + " --output " + run + " --resume");
        assertThat(Files.readString(run.resolve("events.jsonl"))).contains("\"event\":\"run-stopped\"");
        assertThat(run.resolve("student.safetensors")).exists();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aSecondProcessIsRefusedWithTheFirstOnesId() throws Exception {
        Path run = folder.resolve("run");
        Child first = train(Main.class, List.of(), run);
        awaitSteps(run);
        Child second = Child.start(
                folder.resolve("second.txt"),
                Main.class,
                List.of("train", recipe.toString(), "--output", run.toString(), "--resume"));
        assertThat(second.await()).isEqualTo(2);
        assertThat(second.text())
                .contains("is in use by process " + first.process().pid());
        first.process().destroyForcibly();
        first.await();
        Child third = Child.start(
                folder.resolve("third.txt"),
                Main.class,
                List.of("train", recipe.toString(), "--output", run.toString(), "--resume"));
        awaitText(third, "epoch    ");
        third.process().destroyForcibly();
        assertThat(third.await()).isEqualTo(Child.KILLED);
    }

    @Test
    void aFullDiskIsToldInOneSentenceAndTheNewestCheckpointIsStillWhole() throws Exception {
        Path run = folder.resolve("run");
        Child child = train(Victim.class, List.of("FULL", "4000000"), run);
        assertThat(child.await()).isEqualTo(2);
        assertThat(child.text()).containsPattern("deepkd: .*safetensors cannot be written: No space left on device");
        Child again = train(Victim.class, List.of("FULL", "1000000"), run, "--resume");
        assertThat(again.await()).isEqualTo(2);
        assertThat(again.text()).containsPattern("resumed after epoch [1-9]");
    }

    @Test
    void answersThatAreStoredByProcessesThatAreKilledEqualThoseOfOneThatIsNot() throws Exception {
        Files.writeString(
                recipe,
                "teacher: {model: resnet8, weights: '" + folder.resolve("teacher.safetensors") + "'}\n" + "method: kd\n"
                        + Files.readString(recipe));
        Path whole = folder.resolve("whole");
        long started = System.nanoTime();
        assertThat(teach(whole).await()).as(Files.readString(log)).isZero();
        int millis = (int) ((System.nanoTime() - started) / 1_000_000);
        Random random = new Random(1);
        Path killed = folder.resolve("killed");
        for (int i = 0; i < 3; i++) {
            teach(killed).awaitOrKill(millis / 2 + random.nextInt(millis / 2));
        }
        assertThat(teach(killed).await()).as(Files.readString(log)).isZero();
        assertThat(killed.resolve("answers.bin")).hasSameBinaryContentAs(whole.resolve("answers.bin"));
        assertThat(killed.resolve("teach.json")).hasSameTextualContentAs(whole.resolve("teach.json"));
    }

    private Child teach(Path output) throws IOException {
        return Child.start(
                log, Main.class, List.of("teach", recipe.toString(), "--views", "60", "--output", output.toString()));
    }

    @Test
    void anOutputFolderThatCannotBeMadeIsToldBeforeAnythingIsTrained() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        Child child = train(Main.class, List.of(), file.resolve("run"));
        assertThat(child.await()).isEqualTo(2);
        assertThat(child.text()).contains("the output folder " + file.resolve("run") + " cannot be written");
    }

    @Test
    void aReadOnlyFolderIsToldBeforeAnythingIsTrained() throws Exception {
        Path readOnly = readOnly();
        Child child = train(Main.class, List.of(), readOnly.resolve("run"));
        assertThat(child.await()).isEqualTo(2);
        assertThat(child.text())
                .contains("the output folder " + readOnly.resolve("run") + " cannot be written")
                .doesNotContain("epoch ");
    }

    @Test
    void aFolderThatTurnsReadOnlyDuringARunIsToldInOneSentenceAndTheNewestCheckpointIsStillWhole() throws Exception {
        Path run = folder.resolve("run");
        Path checkpoints = run.resolve("checkpoints");
        Path aside = folder.resolve("aside");
        Child child = train(Main.class, List.of(), run);
        awaitText(child, "epoch    2/1000");
        Files.move(checkpoints, aside);
        Files.createSymbolicLink(checkpoints, readOnly());
        assertThat(child.await()).isEqualTo(2);
        assertThat(child.text()).containsPattern("deepkd: .*checkpoints/.* cannot be written: ");

        Files.delete(checkpoints);
        Files.move(aside, checkpoints);
        Child again = train(Main.class, List.of(), run, "--resume");
        awaitText(again, "resumed after epoch ");
        again.process().destroyForcibly();
        again.await();
    }

    /** Permissions do not stop the administrator, whom builds in containers run as; there, Linux has folders that do. */
    private Path readOnly() throws IOException {
        Path own = Files.createDirectory(folder.resolve("read-only"));
        if (own.toFile().setReadOnly() && !Files.isWritable(own)) {
            return own;
        }
        Path kernels = Path.of("/proc/sys");
        Assumptions.assumeTrue(Files.isDirectory(kernels), "this system has no folder that nobody may write to");
        return kernels;
    }

    private Child train(Class<?> main, List<String> before, Path run, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(before);
        arguments.addAll(List.of("train", recipe.toString(), "--output", run.toString()));
        arguments.addAll(List.of(more));
        return Child.start(log, main, arguments);
    }

    private static void send(String signal, Child child) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(child.process().pid()))
                .start()
                .waitFor();
    }

    /** Shells let what they start in the background ignore SIGINT, and its children with it. */
    private static void assumeHeard(String signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (signal.equals("INT") && Files.exists(status)) {
            String ignored = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> line.substring("SigIgn:".length()).strip())
                    .findFirst()
                    .orElse("0");
            boolean deaf = (Long.parseUnsignedLong(ignored, 16) & SIGINT_BIT) != 0;
            Assumptions.assumeFalse(deaf, "SIGINT is ignored here: run the tests in the foreground");
        }
    }

    private static void awaitSteps(Path run) throws Exception {
        Path events = run.resolve("events.jsonl");
        for (int i = 0; i < 600; i++) {
            if (Files.exists(events) && Files.readString(events).contains("\"event\":\"step\"")) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("no step within a minute");
    }

    private static void awaitText(Child child, String text) throws Exception {
        for (int i = 0; i < 600 && !child.text().contains(text); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(child.text()).contains(text);
    }
}
