package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.Comparison;
import io.github.deepkd.report.ComparisonPicture;
import io.github.deepkd.report.ComparisonTable;
import io.github.deepkd.train.StopSign;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd compare RECIPE}. */
@Command(
        name = "compare",
        description = {
            "Trains variants of a recipe with several seeds each and tells what differs.",
            "The same command with the same --output goes on where it stopped, also with more seeds or variants."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd compare quickstart --variants alone,deepkd --seeds 5 --output runs/five",
            "  deepkd compare quickstart --variants alone,deepkd --seeds 2,3,4 --epochs 2 --jobs 2 --json"
        })
final class CompareCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RECIPE", description = "A name from 'deepkd list recipes', or a YAML file; no variant.")
    private String recipe = "";

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(
            names = "--variants",
            required = true,
            split = ",",
            paramLabel = "NAME",
            description = "Variants of RECIPE, the others held against the first. NAME=RECIPE:VARIANT for one of"
                    + " another recipe, or for a name of your own.")
    private List<String> variants = List.of();

    @Option(
            names = "--seeds",
            required = true,
            paramLabel = "N",
            description = "How many seeds, from 1 on; or which, as in 2,3,5.")
    private String seeds = "";

    @Option(names = "--output", paramLabel = "DIR", description = "The folder; runs/RECIPE-compare-TIME by default.")
    private @Nullable Path output;

    @Option(
            names = "--jobs",
            paramLabel = "J",
            defaultValue = "1",
            description = "Runs at once, which share the processor's cores unless threads are set.")
    private int jobs;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() {
        if (jobs < 1) {
            throw new BadInput("--jobs must be 1 or more, found " + jobs);
        }
        Path folder = output == null ? TrainCommand.freshFolder(recipe + "-compare") : output;
        RunPlan plan = RunPlan.of(folder, recipe, variants, seeds, options, defaults());
        plan.check();
        PrintStream progress = json ? System.err : System.out;
        Signals signals = Signals.hear();
        Comparison comparison;
        try {
            comparison = work(plan, progress, signals);
        } catch (StopSign.Stopped e) {
            progress.println("Stopped; the same command with --output " + folder + " goes on.");
            return signals.exitCode();
        }
        System.out.print(json ? comparison.json() : "\n" + ComparisonTable.of(comparison) + "\n");
        Path picture = folder.resolve("compare.png");
        ComparisonPicture.draw(picture, comparison);
        progress.println("Everything is in " + folder + "; look at " + picture + ".");
        return 0;
    }

    /** Several runs at once share the cores; one alone is as {@code train} would do it. */
    private List<String> defaults() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
        return jobs == 1 ? List.of() : List.of("--set", "threads=" + threads);
    }

    /** Does what is not done yet, and keeps {@code compare.json} up to date. */
    private Comparison work(RunPlan plan, PrintStream progress, StopSign stop) {
        Map<Boolean, List<PlannedRun>> runs =
                plan.runs().stream().collect(Collectors.partitioningBy(PlannedRun::finished));
        List<PlannedRun> finished = runs.getOrDefault(true, List.of());
        List<ComparedRun> results =
                new ArrayList<>(finished.stream().map(PlannedRun::result).toList());
        progress.println(plan.runs().size() + " runs in " + plan.folder() + ", " + results.size() + " of them done.");
        new RunPool(runs.getOrDefault(false, List.of()), jobs, result -> {
                    results.add(result);
                    write(plan, results);
                })
                .work(progress, stop);
        return write(plan, results);
    }

    private Comparison write(RunPlan plan, List<ComparedRun> results) {
        Comparison comparison = new Comparison(recipe, plan.variants(), results);
        Path file = plan.folder().resolve("compare.json");
        try {
            Files.writeString(file, comparison.json());
        } catch (IOException e) {
            throw new BadInput(file + " cannot be written: " + e, e);
        }
        return comparison;
    }
}
