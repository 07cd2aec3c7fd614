package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.config.Yaml;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deepkd train --from-mdistiller}, with small files of our own. */
class FromMdistillerTest {

    private static final String DEEPKD = """
            EXPERIMENT:
              TAG: "two\\nlines"
            DISTILLER:
              TYPE: "MLKD"
              TEACHER: "resnet56"
              STUDENT: "resnet20"


            SOLVER:
              EPOCHS: 12
              LR_DECAY_STAGES: [8, 10]
              WEIGHT_DECAY: 5e-4
              TRAINER: "deepkd"
              DEEPKD:
                DKD: True
                DELTA_NCG: 0.05
            """;

    @TempDir
    private Path folder;

    @Test
    void checkExplainsAndItsOutputIsARecipeOfTheSameRun() throws IOException {
        CommandResult check = check(DEEPKD, "--semantics", "authors");
        assertThat(check.exitCode()).as(check.err()).isZero();
        assertThat(check.out())
                .contains("a file of DeepKD's code")
                .contains("mlkd (ce-weight 0.1, kd-weight 0.9")
                .contains("resnet56, from the file that --set teacher.weights=FILE names")
                .contains("12 epochs of batches of 64")
                .contains("mended: SOLVER.TRAINER deepkd is for methods of one view")
                .contains("logging and loading: EXPERIMENT.TAG");
        assertThat(row(check.out(), "task (TOG)")).isEqualTo("0.975 0.825 0.0005 0");
        assertThat(row(check.out(), "target (TCG)")).isEqualTo("0.825 0.825 0 0.0005");
        assertThat(row(check.out(), "non-target (NCG)")).isEqualTo("0.95 0.95 0 0");

        RunConfig config = RunConfig.BINDER.bind(RunConfig.DEFAULTS, Yaml.parse("out", check.out()));
        assertThat(config.epochs()).isEqualTo(12);
        assertThat(config.momenta().toString()).startsWith("DeepKdAuthors");
        assertThat(Yaml.parse("again", check.out()))
                .isEqualTo(
                        Yaml.parse("first", check(DEEPKD, "--semantics=authors").out()));
    }

    @Test
    void underThePapersSemanticsWhatIsNominalIsInEffect() throws IOException {
        CommandResult check = check(DEEPKD);
        assertThat(row(check.out(), "task (TOG)")).isEqualTo("0.975 0.975 0.0005 0.0005");
        assertThat(row(check.out(), "target (TCG)")).isEqualTo("0.825 0.825 0 0");
    }

    @Test
    void aFlagChangesWhatIsInEffectAndNotWhatIsNominal() throws IOException {
        CommandResult check = check(DEEPKD, "--set", "momenta=joint");
        assertThat(row(check.out(), "task (TOG)")).isEqualTo("0.975 0.9 0.0005 0.0005");
    }

    @Test
    void withoutCheckTheFileIsTrained() throws IOException {
        TinyRun.prepare(folder);
        Path file = Files.writeString(folder.resolve("tiny.yaml"), """
                DISTILLER: {TYPE: KD, TEACHER: resnet8, STUDENT: resnet8}
                SOLVER: {EPOCHS: 1, BATCH_SIZE: 32, TRAINER: deepkd}
                """);
        Path run = folder.resolve("run");
        List<String> line =
                new ArrayList<>(List.of("train", "--from-mdistiller", file.toString(), "--output", run.toString()));
        for (String setting : new String[] {
            "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}}",
            "data.directory=" + folder,
            "teacher.weights=" + folder.resolve("teacher.safetensors")
        }) {
            line.addAll(List.of("--set", setting));
        }
        CommandResult trained = CommandResult.of(line);
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("task (TOG)").contains("Next: deepkd evaluate");
        assertThat(run.resolve("student.safetensors")).exists();
        assertThat(Files.readString(run.resolve("events.jsonl"))).contains("\"tiny\"");
    }

    @Test
    void aFolderIsCounted() throws IOException {
        Files.createDirectories(folder.resolve("files/deep"));
        write("files/sound.yaml", "DISTILLER: {TYPE: KD, TEACHER: resnet56, STUDENT: resnet20}");
        write("files/deep/mended.yml", DEEPKD);
        write("files/refused.yaml", "DISTILLER: {TYPE: AT}");
        write("files/no.txt", "not a file of theirs");
        CommandResult counted = CommandResult.of(
                "train", "--from-mdistiller", folder.resolve("files").toString(), "--check");
        assertThat(counted.exitCode()).as(counted.err()).isZero();
        assertThat(counted.out().lines().map(String::strip))
                .anyMatch(line -> line.matches("3  files in .*"))
                .contains("1  start in their own code and here")
                .contains("1  do not start in their own code and do here, mended")
                .contains("1  are refused")
                .anyMatch(line -> line.startsWith("1  DISTILLER.TYPE AT is a method"));
    }

    @ParameterizedTest
    @CsvSource({
        "'DISTILLER: {TYPE: CRD}', DISTILLER.TYPE CRD",
        "'SOLVER: {EPOCS: 9}', unknown key SOLVER.EPOCS",
        "'SOLVER: {EPOCHS: 0}', epochs must be 1 or more",
        "'DISTILLER: {TYPE: KD, TEACHER: resnet56}@SOLVER: {TRAINER: dot, DOT: {DELTA: 0.2}}', mu + delta",
        "'DISTILLER: {STUDENT: resnet9}', deepkd has no network resnet9",
        "'method: kd', unknown key method",
        "'DISTILLER: [', line 1",
        "'', expected a mapping",
        "'KD: &a {LOSS: *a}', alias"
    })
    void whatCannotBeUsedIsNamedWithItsFile(String yaml, String named) throws IOException {
        CommandResult result = check(yaml.replace("@", "\n"));
        assertThat(result.exitCode()).as(result.out()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains("file.yaml: ").contains(named).doesNotContain("Exception");
    }

    @Test
    void aFileThatIsNotThereOrIsNotTextIsNamed() throws IOException {
        refused("no.yaml does not exist", "train", "--from-mdistiller", "no.yaml", "--check");
        Path binary = Files.write(folder.resolve("b.yaml"), "K\u00e4".getBytes(StandardCharsets.ISO_8859_1));
        refused("not UTF-8", "train", "--from-mdistiller", binary.toString(), "--check");
    }

    @Test
    void exactlyOneOfRecipeAndFileIsAsked() {
        refused("RECIPE", "train");
        refused("--from-mdistiller", "train", "quickstart:alone", "--from-mdistiller", "file.yaml");
        refused("--from-mdistiller", "train", "quickstart:alone", "--check");
        refused("add --check", "train", "--from-mdistiller", folder.toString());
        refused("no file that ends in .yaml", "train", "--from-mdistiller", folder.toString(), "--check");
        refused("--semantics", "train", "--from-mdistiller", "file.yaml", "--semantics", "mine");
    }

    private static void refused(String named, String... line) {
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.out()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named).doesNotContain("Exception");
    }

    private CommandResult check(String yaml, String... flags) throws IOException {
        write("file.yaml", yaml);
        List<String> line = new ArrayList<>(List.of(
                "train", "--from-mdistiller", folder.resolve("file.yaml").toString(), "--check"));
        line.addAll(Arrays.asList(flags));
        return CommandResult.of(line);
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(folder.resolve(name), yaml);
    }

    /** The numbers of a table's row. */
    private static String row(String text, String component) {
        return text.lines()
                .filter(line -> line.startsWith("# " + component))
                .map(line -> line.substring(2 + component.length()).strip().replaceAll(" +", " "))
                .collect(Collectors.joining());
    }
}
