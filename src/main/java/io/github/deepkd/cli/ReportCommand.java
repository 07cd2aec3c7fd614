package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.Reason;
import io.github.deepkd.files.WholeFile;
import io.github.deepkd.page.Examples;
import io.github.deepkd.page.Pages;
import io.github.deepkd.page.RunHistory;
import io.github.deepkd.probe.TestImages;
import io.github.deepkd.report.Curves;
import io.github.deepkd.report.RunEvent.EpochDone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd report RUN…}. */
@Command(
        name = "report",
        description = {
            "Writes what runs came to as one HTML file that needs no network, and their curves as PNG.",
            "Runs may still be going on; runs that differ in their seed alone are taken together."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd report runs/first",
            "  deepkd report runs/quick/alone runs/quick/distilled --images --output quick.html"
        })
final class ReportCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs, or a folder with runs in it.")
    private List<Path> folders = List.of();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The HTML file; report.html in the one folder by default. The PNG lies beside it.")
    private @Nullable Path output;

    @Option(
            names = "--images",
            description = "Show test images on which student and teacher differ; needs the runs' data.")
    private boolean images;

    @Override
    public Integer call() {
        Path html = output();
        List<Path> runs = RunFolders.in(folders);
        Map<String, RunHistory> histories = new LinkedHashMap<>();
        RunFolders.names(runs)
                .forEach((name, folder) -> histories.put(name, RunHistory.read(name, folder.resolve("events.jsonl"))));
        try {
            Examples examples = images ? new TestImages() : Examples.NONE;
            write(html, Pages.report(List.copyOf(histories.values()), examples));
            System.out.println("The report on " + count(runs) + " is " + html + picture(html, histories) + ".");
        } catch (IOException e) {
            throw new BadInput(html + " cannot be written (" + Reason.of(e) + "): name another --output file", e);
        }
        return 0;
    }

    private static String count(List<Path> runs) {
        return runs.size() == 1 ? "one run" : runs.size() + " runs";
    }

    private Path output() {
        if (output != null) {
            return output;
        }
        if (folders.size() > 1) {
            throw new BadInput("a report on several folders belongs to none of them: name its file by --output FILE");
        }
        return folders.get(0).resolve("report.html");
    }

    private static void write(Path html, String text) throws IOException {
        Path folder = html.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        WholeFile.write(html, text);
    }

    /** The curves beside it, where there are any. */
    private static String picture(Path html, Map<String, RunHistory> histories) {
        Map<String, List<EpochDone>> epochs = new LinkedHashMap<>();
        histories.forEach((name, history) -> {
            if (!history.epochs().isEmpty()) {
                epochs.put(name, history.epochs());
            }
        });
        if (epochs.isEmpty()) {
            return "";
        }
        Path png = html.resolveSibling(html.getFileName().toString().replaceFirst("\\.html?$", "") + ".png");
        if (epochs.size() == 1) {
            epochs.forEach((name, run) -> Curves.draw(png, run, name));
        } else {
            Curves.draw(png, epochs, "");
        }
        return ", its curves are " + png;
    }
}
