package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipes;
import io.github.deepkd.report.StoringProgress;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.Teaching;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd teach RECIPE}. */
@Command(
        name = "teach",
        description = {
            "Stores what a recipe's teacher answers to N augmented views of each training image, so that any number of"
                    + " students can be trained without it: epoch e shows them view ((e - 1) mod N) + 1.",
            "Killed or failed, the same command goes on with what is missing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd teach quickstart:deepkd --views 5 --output answers",
            "  deepkd train quickstart:deepkd --set teacher.answers=answers",
            "  deepkd teach cifar100/resnet56-resnet20:kd-deepkd --set data.directory=cifar-100-binary \\",
            "      --set teacher.weights=resnet56.pt --views 20 --top 10 --output answers"
        })
final class TeachCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RECIPE", description = "A name from 'deepkd list recipes', or a YAML file.")
    private String recipeName = "";

    @Mixin
    private RunOptions options = new SeededRunOptions();

    @Option(
            names = "--views",
            required = true,
            paramLabel = "N",
            description = "How many augmentations of each image, one for each epoch until they repeat.")
    private int views;

    @Option(
            names = "--top",
            paramLabel = "K",
            description =
                    "Keep the label's logit, the K largest others in float16, and the sum of the rest; all logits in"
                            + " float32 by default.")
    private @Nullable Integer top;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "The answers' folder; answers/RECIPE by default. One that was begun is gone on with.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        if (views < 1) {
            throw new BadInput("--views must be 1 or more, found " + views);
        }
        if (top != null && top < 1) {
            throw new BadInput("--top must be 1 or more, found " + top + ": leave it out to keep all logits");
        }
        Recipe recipe = Recipes.shipped().resolve(recipeName);
        Path folder = output == null ? Path.of("answers", recipe.name().replaceAll("[^A-Za-z0-9.]+", "-")) : output;
        store(options.over(RunConfig.of(recipe)), folder);
        System.out.println("The answers are in " + folder + ": teach.json, answers.bin.");
        System.out.println("Next: deepkd train " + next(folder));
        return 0;
    }

    /** The arguments of a run that sees the same images. */
    private String next(Path folder) {
        List<String> arguments = new ArrayList<>(List.of(recipeName));
        arguments.addAll(options.arguments());
        arguments.addAll(List.of("--set", "teacher.answers=" + folder));
        return Shell.line(arguments);
    }

    private void store(RunConfig config, Path folder) {
        System.out.println("Measuring the teacher first.");
        Thread told = tellWhenStopped(folder);
        try (StoringProgress progress = StoringProgress.standard()) {
            String error = Teaching.store(config, views, top == null ? 0 : top, folder, progress);
            if (!error.isEmpty()) {
                System.out.println(error);
            }
        } finally {
            leaveUntold(told);
        }
    }

    /** Ctrl-C ends the process wherever it stands. */
    private static Thread tellWhenStopped(Path folder) {
        Thread told = new Thread(() -> System.err.println(
                "\ndeepkd: stopped; what is stored in " + folder + " stays, and the same command goes on"));
        Runtime.getRuntime().addShutdownHook(told);
        return told;
    }

    private static void leaveUntold(Thread told) {
        try {
            Runtime.getRuntime().removeShutdownHook(told);
        } catch (IllegalStateException e) { // the process is ending: it is being told
        }
    }
}
