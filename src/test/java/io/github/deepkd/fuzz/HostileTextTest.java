package io.github.deepkd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.Description;
import io.github.deepkd.config.Recipes;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.data.Cifar;
import io.github.deepkd.data.Idx;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.mdistiller.ImportedFile;
import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.train.CheckpointFile;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.weights.PyTorchCheckpoint;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts built to harm, and things that are no files where one is expected. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class HostileTextTest {

    @TempDir
    private Path folder;

    private interface Reading {
        void of(Path file);
    }

    /** @param file the name under which it looks for its file */
    private record Reader(String file, Reading reading) {

        @Override
        public String toString() {
            return file;
        }
    }

    private static Reader reader(String file, Reading reading) {
        return new Reader(file, reading);
    }

    static Stream<Reader> readers() {
        return Stream.of(
                reader("recipe.yaml", file -> Recipes.shipped().resolve(file.toString())),
                reader("config.yaml", Yaml::read),
                reader("yacs.yaml", file -> ImportedFile.read(file, Semantics.PAPER)),
                reader("a.safetensors", Safetensors::read),
                reader("a.pt", PyTorchCheckpoint::read),
                reader("weights", WeightFiles::read),
                reader("teach.json", file -> Description.read(file.getParent())),
                reader("answers.bin", file -> Answers.open(file.getParent(), description())),
                reader("events.jsonl", JsonLines::epochs),
                reader("fine_label_names.txt", file -> Cifar.open100(file.getParent())),
                reader("train.bin", file -> Cifar.open100(file.getParent())),
                reader("train-labels-idx1-ubyte", file -> Idx.open(file.getParent())));
    }

    private static Description description() {
        return new Description(Description.FORMAT, 1, 1, 4, 5, 0, 2, 7, new TreeMap<>());
    }

    @ParameterizedTest
    @MethodSource("readers")
    void aFolderInPlaceOfAFileIsNamed(Reader reader) throws IOException {
        Path file = Files.createDirectory(folder.resolve(reader.file()));
        refused(() -> reader.reading().of(file), file.toString());
    }

    @ParameterizedTest
    @MethodSource("readers")
    void aPipeInPlaceOfAFileIsNamedAndNotWaitedFor(Reader reader) throws Exception {
        Path file = folder.resolve(reader.file());
        assumeTrue(madePipe(file), "no pipes here");
        refused(() -> reader.reading().of(file), file.toString());
    }

    private static boolean madePipe(Path file) throws InterruptedException {
        try {
            return new ProcessBuilder("mkfifo", file.toString()).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? "})
    void yamlNestedAHundredThousandDeepIsRefused(String opening) throws IOException {
        Path file = Files.writeString(folder.resolve("deep.yaml"), "a:\n " + opening.repeat(100_000));
        refused(() -> Yaml.read(file), file.toString(), "line 2", "nested");
    }

    @Test
    void aliasesThatUnfoldToMillionsOfValuesAreRefused() throws IOException {
        String bomb = "a: &a [" + "1,".repeat(100_000) + "]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n";
        Path file = Files.writeString(folder.resolve("bomb.yaml"), bomb);
        refused(() -> Yaml.read(file), file.toString(), "values");
    }

    @Test
    void aTextOfManyMegabytesIsRefusedUnread() throws IOException {
        Path file = Files.write(folder.resolve("huge.yaml"), new byte[20_000_000]);
        refused(() -> Yaml.read(file), file.toString(), "20000000 bytes");
    }

    @Test
    void whatAFileHoldsCannotReachTheTerminalByAMessage() throws IOException {
        Path file = Files.writeString(folder.resolve("escape.yaml"), "\"\\e[31m\\n\\u009b31m\\u202e\": 1\n");
        assertThatThrownBy(() -> Recipes.shipped().resolve(file.toString()).bind(RunConfig.BINDER, RunConfig.DEFAULTS))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("\u001b", "\n", "\u009b", "\u202e");
    }

    @Test
    void aMessageIsShortHoweverLongTheKey() throws IOException {
        String key = "k".repeat(500_000);
        Path file = Files.writeString(folder.resolve("long.yaml"), "? " + key + "\n: 1\n? " + key + "\n: 1\n");
        assertThatThrownBy(() -> Yaml.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(file.toString())
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(2_000));
    }

    @Test
    void aBaseThatIsNoPathIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("r.yaml"), "base: \"\\0.yaml\"\n");
        refused(() -> Recipes.shipped().resolve(file.toString()), file.toString(), "base");
    }

    @Test
    void aBaseThatIsNotThereIsToldWithTheRecipeThatNamesIt() throws IOException {
        for (String base : List.of("gone.yaml", "no/such/recipe", "gone.yaml:kd")) {
            Path file = Files.writeString(folder.resolve("r.yaml"), "base: " + base + "\n");
            refused(() -> Recipes.shipped().resolve(file.toString()), file + ": its base: ", base.replace(":kd", ""));
        }
    }

    @Test
    void jsonNestedAMillionDeepIsRefused() throws IOException {
        String deep = "{\"event\":" + "[".repeat(1_000_000);
        Path events = Files.writeString(folder.resolve("events.jsonl"), deep + "\n{}\n");
        refused(() -> JsonLines.read(events), events.toString(), "line 1");
        Path answers = Files.writeString(folder.resolve("teach.json"), deep);
        refused(() -> Description.read(folder), answers.toString());
    }

    @Test
    void anEpochThatIsNoneIsNamed() throws IOException {
        for (String line : List.of(
                "{\"event\":\"epoch\",\"epoch\":\"x\"}",
                "{\"event\":\"epoch\",\"epoch\":[1]}",
                "{\"event\":\"epoch\",\"epoch\":99999999999}",
                "{\"event\":\"epoch\",\"epoch\":1,\"losses\":7}",
                "{\"event\":\"epoch\",\"epoch\":1,\"losses\":null}",
                "{\"event\":\"epoch\",\"epoch\":1}")) {
            Path events = Files.writeString(folder.resolve("events.jsonl"), "{\"event\":\"step\"}\n" + line + "\n");
            refused(() -> JsonLines.epochs(events), events.toString(), "event 2");
        }
    }

    @Test
    void eventsWithoutARunInThemAreRefused() throws IOException {
        Path events =
                Files.writeString(folder.resolve("events.jsonl"), "{\"event\":\"epoch\",\"epoch\":1,\"losses\":{}}\n");
        refused(() -> ComparedRun.read("a", 1, events, 3), events.toString(), "run-started");
        Files.writeString(events, "{\"event\":\"run-started\"}\n");
        refused(() -> ComparedRun.read("a", 1, events, 3), events.toString(), "epoch");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"done\":null,\"losses\":null}",
                "{\"done\":[null],\"losses\":{\"sums\":{},\"steps\":0,\"samples\":0,\"seconds\":0}}",
                "{\"done\":[],\"losses\":{\"sums\":{\"TASK\":null},\"steps\":1,\"samples\":1,\"seconds\":0}}",
                "{\"done\":[],\"losses\":{\"sums\":{},\"steps\":null,\"samples\":0,\"seconds\":0}}",
                "[[[["
            })
    void aCheckpointThatDoesNotTellHowFarItsRunWasIsRefusedThoughItsSumIsRight(String state) {
        Path file = folder.resolve("epoch-0002.safetensors");
        CheckpointFile.write(file);
        CheckpointFile.read(file);
        CheckpointFile.reseal(file, Map.of("state", state));
        refused(() -> CheckpointFile.read(file), file.toString(), "how far its run was");
    }

    static void refused(ThrowingCallable reading, String... parts) {
        assertThatThrownBy(reading).isInstanceOf(BadInput.class).hasMessageContainingAll(parts);
    }
}
