package io.github.deepkd.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.cli.Main;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.TinyRun;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills runs with SIGKILL, at random moments and within writes, and holds their ends against a run that nobody disturbed.
 * {@code -Dkills=60} is the long form, {@code -Dkill.seed} draws other moments.
 */
class KillTest {

    private static final int KILLS = Integer.getInteger("kills", 10);
    private static final long SEED = Long.getLong("kill.seed", 1);

    /** A run's checkpoints have about so many bytes in all. */
    private static final int BYTES = 4_000_000;

    @TempDir
    private Path folder;

    @Test
    void aRunThatIsKilledAgainAndAgainEndsBitForBitAsOneThatIsNot() throws Exception {
        List<String> recipe = recipe();
        Path undisturbed = folder.resolve("undisturbed");
        long started = System.nanoTime();
        assertThat(Child.start(folder.resolve("log.txt"), Main.class, arguments(recipe, undisturbed))
                        .await())
                .isZero();
        int millis = (int) ((System.nanoTime() - started) / 1_000_000);
        Random random = new Random(SEED);
        Kills kills = new Kills();
        for (int run = 1; kills.all() < KILLS; run++) {
            Path disturbed = folder.resolve("disturbed-" + run);
            killUntilDone(recipe, disturbed, millis, random, kills);
            assertSame(undisturbed, disturbed);
        }
        System.out.println(
                "survived " + kills.all() + " kills, " + kills.within + " of them within writes; seed " + SEED);
        assertThat(kills.within).isPositive();
        assertThat(kills.between).isPositive();
    }

    /** The files of before it and what the events tell lie in the future then, the newest least. */
    @Test
    void aClockThatIsSetBackBeforeARunGoesOnChangesNothingButTimes() throws Exception {
        List<String> recipe = recipe();
        Path undisturbed = folder.resolve("undisturbed");
        Path killed = folder.resolve("killed");
        Path log = folder.resolve("log.txt");
        assertThat(Child.start(log, Main.class, arguments(recipe, undisturbed)).await())
                .isZero();
        List<String> victim = new ArrayList<>(List.of("KILL", Integer.toString(BYTES / 2)));
        victim.addAll(arguments(recipe, killed));
        assertThat(Child.start(log, Victim.class, victim).await()).isEqualTo(Child.KILLED);

        setIntoFuture(killed);
        List<String> again = arguments(recipe, killed);
        again.add("--resume");
        assertThat(Child.start(log, Main.class, again).await())
                .as(Files.readString(log))
                .isZero();

        assertThat(Files.readString(log)).contains("resumed after ");
        assertSame(undisturbed, killed);
    }

    private static void setIntoFuture(Path run) throws IOException {
        long now = System.currentTimeMillis();
        try (Stream<Path> all = Files.walk(run)) {
            for (Path file : all.toList()) {
                long age = now - Files.getLastModifiedTime(file).toMillis();
                Files.setLastModifiedTime(
                        file, FileTime.fromMillis(now + Duration.ofDays(365).toMillis() + age));
            }
        }
        Path events = run.resolve("events.jsonl");
        String told = Files.readString(events);
        String year = "\"time\":\"" + LocalDate.now(ZoneOffset.UTC).getYear();
        assertThat(told).contains(year);
        Files.writeString(events, told.replace(year, "\"time\":\"2999"));
    }

    private static final class Kills {
        private int within;
        private int between;

        int all() {
            return within + between;
        }
    }

    private void killUntilDone(List<String> recipe, Path output, int millis, Random random, Kills kills)
            throws Exception {
        int exit = Child.KILLED;
        for (int attempt = 0; exit == Child.KILLED; attempt++) {
            List<String> arguments = arguments(recipe, output);
            if (Files.exists(output.resolve("config.yaml"))) {
                arguments.add("--resume");
            }
            if (attempt % 2 == 0 && kills.all() < KILLS) {
                List<String> line = new ArrayList<>(List.of("KILL", Integer.toString(random.nextInt(BYTES))));
                line.addAll(arguments);
                exit = Child.start(folder.resolve("log.txt"), Victim.class, line)
                        .await();
                kills.within += exit == Child.KILLED ? 1 : 0;
            } else {
                int after = kills.all() < KILLS ? millis / 4 + random.nextInt(millis) : Integer.MAX_VALUE;
                exit = Child.start(folder.resolve("log.txt"), Main.class, arguments)
                        .awaitOrKill(after);
                kills.between += exit == Child.KILLED ? 1 : 0;
            }
        }
        assertThat(exit).as(Files.readString(folder.resolve("log.txt"))).isZero();
    }

    private List<String> recipe() throws IOException {
        TinyRun.prepare(folder);
        Path file = folder.resolve("tiny.yaml");
        Files.writeString(file, """
                data: {kind: idx, directory: '%s', normalization: {mean: [0.5], std: [0.25]}}
                teacher: {model: resnet8, weights: '%s'}
                student: {model: resnet8}
                method: kd
                momenta: deepkd
                mask: dynamic
                batch-size: 8
                learning-rate: {kind: cosine, start: 0.01}
                epochs: 3
                threads: 1
                checkpoints: {every-steps: 2}
                """.formatted(folder, folder.resolve("teacher.safetensors")));
        return List.of("train", file.toString());
    }

    private static List<String> arguments(List<String> recipe, Path output) {
        List<String> arguments = new ArrayList<>(recipe);
        arguments.addAll(List.of("--output", output.toString()));
        return arguments;
    }

    private static void assertSame(Path one, Path two) {
        for (String file : List.of("student.safetensors", "student-best.safetensors")) {
            try (TensorScope scope = TensorScope.open()) {
                Map<String, Tensor> expected =
                        Safetensors.read(one.resolve(file)).tensors();
                Safetensors.read(two.resolve(file)).tensors().forEach((name, tensor) -> assertThat(
                                Torch.equal(tensor, expected.get(name)))
                        .as(two + " " + file + " " + name)
                        .isTrue());
            }
        }
        assertThat(untimed(two)).isEqualTo(untimed(one));
    }

    /** What its events tell of each epoch, but for the clock's part. */
    private static List<String> untimed(Path run) {
        return JsonLines.epochs(run.resolve("events.jsonl")).stream()
                .map(KillTest::untimed)
                .toList();
    }

    private static String untimed(EpochDone epoch) {
        return epoch.epoch() + " " + epoch.losses() + " " + epoch.testTop1() + " " + epoch.bestTop1();
    }
}
