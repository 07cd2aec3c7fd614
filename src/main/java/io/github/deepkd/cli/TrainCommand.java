package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.cli.RecipeSource.YacsSource;
import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipes;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.interop.Programs;
import io.github.deepkd.mdistiller.Explanation;
import io.github.deepkd.mdistiller.ImportedFile;
import io.github.deepkd.mdistiller.Survey;
import io.github.deepkd.report.Console;
import io.github.deepkd.report.Curves;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.report.TensorBoard;
import io.github.deepkd.train.Run;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import io.github.deepkd.train.StopSign;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deepkd train RECIPE}. */
@Command(
        name = "train",
        description = "Trains a student as a recipe says.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd train cifar100/resnet56-resnet20:teacher --set data.directory=cifar-100-binary",
            "  deepkd train cifar100/resnet56-resnet20:kd-deepkd --set data.directory=cifar-100-binary \\",
            "      --set teacher.weights=resnet56.pt --precision bfloat16 --output runs/first",
            "  deepkd train quickstart:deepkd --set teacher.answers=answers/quickstart-deepkd",
            "  deepkd train my-recipe.yaml --epochs 100 --output runs/mine --resume",
            "  deepkd train --from-mdistiller configs/cifar100/kd.yaml --check > my-recipe.yaml"
        })
final class TrainCommand implements Callable<Integer> {

    @ArgGroup(multiplicity = "1")
    private RecipeSource source = new RecipeSource();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RunOptions options = new TrainOptions();

    @Option(names = "--output", paramLabel = "DIR", description = "The run's folder; runs/RECIPE-TIME by default.")
    private @Nullable Path output;

    @Option(names = "--resume", description = "Go on from the last checkpoint in --output.")
    private boolean resume;

    @Override
    public Integer call() {
        YacsSource yacs = source.yacs;
        if (yacs == null) {
            Recipe recipe = Recipes.shipped().resolve(Objects.requireNonNull(source.recipe));
            return train(recipe, options.over(RunConfig.of(recipe)));
        }
        if (Files.isDirectory(yacs.file)) {
            return count(yacs);
        }
        ImportedFile file = ImportedFile.read(yacs.file, yacs.semantics);
        RunConfig config = options.over(RunConfig.of(file.recipe()));
        System.out.print(Explanation.of(file, config));
        return yacs.check ? 0 : train(file.recipe(), config);
    }

    private static int count(YacsSource yacs) {
        if (!yacs.check) {
            throw new BadInput(yacs.file + " is a folder: name a file to train, or add --check to count what becomes of"
                    + " its files");
        }
        System.out.print(Survey.of(yacs.file, yacs.semantics));
        return 0;
    }

    private int train(Recipe recipe, RunConfig config) {
        if (resume && output == null) {
            throw new BadInput("--resume needs the run's folder: add --output DIR");
        }
        Path path = output == null ? freshFolder(recipe.name()) : output;
        Signals signals = Signals.hear();
        try (RunFolder folder = resume ? RunFolder.resume(path, config) : RunFolder.create(path);
                Reporter report = reporters(recipe.name(), folder, config)) {
            tellBefore(config);
            Result result = Run.train(config, recipe.name(), folder, report, signals);
            tellAfter(config, folder, result);
            return 0;
        } catch (StopSign.Stopped e) {
            System.out.println("Go on with: " + again(path));
            return signals.exitCode();
        }
    }

    private static void tellBefore(RunConfig config) {
        if (config.method().needsTeacher() && !Run.trainsFromAnswers(config)) {
            System.out.println("Measuring the teacher first.");
        }
    }

    private static void tellAfter(RunConfig config, RunFolder folder, Result result) {
        System.out.println();
        System.out.println(ResultTable.of(List.of(result)));
        System.out.println("The run is in " + folder.path()
                + ": student.safetensors, student-best.safetensors, curves.png," + " events.jsonl, config.yaml.");
        String trained = Programs.isName(config.student().model())
                ? "--weights " + folder.torchScript()
                : "--model " + config.student().model() + " --weights " + folder.student();
        System.out.println("Next: deepkd evaluate " + trained + " --data " + dataOptions(config));
    }

    /** This command line, to go on with the run. */
    private String again(Path path) {
        List<String> line = new ArrayList<>(List.of("deepkd"));
        line.addAll(spec.commandLine().getParseResult().originalArgs());
        if (output == null) {
            line.addAll(List.of("--output", path.toString()));
        }
        if (!resume) {
            line.add("--resume");
        }
        return Shell.line(line);
    }

    /** The data of {@code evaluate}, prepared as this run's are. */
    private static String dataOptions(RunConfig config) {
        RunConfig.Data data = config.data();
        String options = data.kind() + (data.directory() == null ? "" : ":" + data.directory());
        if (data.size() != null) {
            options += " --size " + data.size();
        }
        Normalization normalization = data.normalization();
        return normalization == null
                ? options
                : options + " --mean " + joined(normalization.mean()) + " --std " + joined(normalization.std());
    }

    private static String joined(List<Double> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** What every run is told to: its events, its curves, the terminal, TensorBoard where it is wanted. */
    static Reporter reporters(String title, RunFolder folder, RunConfig config) {
        List<EpochDone> earlier = Files.exists(folder.events()) ? JsonLines.epochs(folder.events()) : List.of();
        List<Reporter> reporters = new ArrayList<>(List.of(
                new JsonLines(folder.events()), new Curves(folder.curves(), title, earlier), Console.standard()));
        if (config.tensorboard()) {
            reporters.add(new TensorBoard(folder.tensorboard()));
        }
        return Reporters.all(reporters);
    }

    /** A folder name that no run has yet. */
    static Path freshFolder(String recipe) {
        String time = LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        return Path.of("runs", recipe.replaceAll("[^A-Za-z0-9.]+", "-") + "-" + time);
    }
}
