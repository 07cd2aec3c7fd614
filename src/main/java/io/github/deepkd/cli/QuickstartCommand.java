package io.github.deepkd.cli;

import io.github.deepkd.config.Recipes;
import io.github.deepkd.report.Curves;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.train.Run;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deepkd quickstart}: the same student alone and distilled, on data and a teacher that come with deepkd. */
@Command(
        name = "quickstart",
        description = "Trains a small student alone and by DeepKD on embedded data, and compares them.",
        footerHeading = "%nExamples:%n",
        footer = {"  deepkd quickstart", "  deepkd quickstart --seed 2 --output runs/second"})
final class QuickstartCommand implements Callable<Integer> {

    @Mixin
    private RunOptions options = new SeededRunOptions();

    @Option(names = "--output", paramLabel = "DIR", description = "The folder; runs/quickstart-TIME by default.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        RunConfig distilled = config("quickstart:deepkd");
        try (RunFolder folder = RunFolder.create(output == null ? TrainCommand.freshFolder("quickstart") : output)) {
            return train(distilled, folder);
        }
    }

    private int train(RunConfig distilled, RunFolder folder) {
        System.out.println("On a sample of Fashion-MNIST, a "
                + distilled.teacher().model() + " that was trained on the full" + " set teaches a "
                + distilled.student().model() + "; first the student alone, then distilled.");
        Map<String, Result> rows = new LinkedHashMap<>();
        try (JsonLines events = new JsonLines(folder.events())) {
            tell(events, rows, Run.teacher(distilled));
            tell(
                    events,
                    rows,
                    student("student alone", "quickstart:alone", folder.path().resolve("alone"), events));
            tell(
                    events,
                    rows,
                    student(
                            "student distilled",
                            "quickstart:deepkd",
                            folder.path().resolve("distilled"),
                            events));
        }
        System.out.println();
        System.out.println(ResultTable.of(rows.values()));
        Curves.draw(folder.curves(), curves(folder.path()), "quickstart");
        System.out.println("Everything is in " + folder.path() + "; look at " + folder.curves() + ".");
        System.out.println("Next, with CIFAR-100 and a teacher of your own: deepkd train "
                + "cifar100/resnet56-resnet20:kd-deepkd --set data.directory=DIR --set teacher.weights=FILE");
        return 0;
    }

    private static void tell(JsonLines events, Map<String, Result> rows, Result row) {
        rows.put(row.row(), row);
        events.on(row);
    }

    private RunConfig config(String recipe) {
        return options.over(RunConfig.of(Recipes.shipped().resolve(recipe)));
    }

    private Result student(String row, String recipe, Path path, JsonLines events) {
        RunFolder folder = RunFolder.create(path);
        RunConfig config = config(recipe);
        try (Reporter report = Reporters.all(List.of(TrainCommand.reporters(row, folder, config), new Copy(events)))) {
            return Run.train(config, recipe, folder, report).named(row);
        }
    }

    private static Map<String, List<EpochDone>> curves(Path path) {
        Map<String, List<EpochDone>> curves = new LinkedHashMap<>();
        curves.put("alone", JsonLines.epochs(path.resolve("alone/events.jsonl")));
        curves.put("distilled", JsonLines.epochs(path.resolve("distilled/events.jsonl")));
        return curves;
    }

    /** Tells the quickstart's own file all that its two runs tell; that file stays open for the rows. */
    private record Copy(JsonLines events) implements Reporter {

        @Override
        public void on(RunEvent event) {
            events.on(event);
        }

        @Override
        public void close() {}
    }
}
