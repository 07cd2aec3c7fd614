package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.Reason;
import io.github.deepkd.files.WholeFile;
import io.github.deepkd.probe.Landscape;
import io.github.deepkd.report.LossSurface;
import io.github.deepkd.report.SurfacePicture;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd landscape RUN…}. */
@Command(
        name = "landscape",
        description = {
            "Measures the loss around the students of runs, along random directions with filters as long as the"
                    + " student's (Li et al. 2018), and the largest eigenvalue of its Hessian.",
            "Writes landscape.png and landscape.json. The time grows with samples, and with points squared."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd landscape runs/first",
            "  deepkd landscape runs/quick/alone runs/quick/distilled --points 31 --output runs/quick"
        })
final class LandscapeCommand implements Callable<Integer> {

    private static final int MOST_RUNS = 4; // side by side in one picture

    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Folders of runs, or a folder with runs in it; 4 at most.")
    private List<Path> folders = List.of();

    @Option(names = "--output", paramLabel = "DIR", description = "Where the files go; the one folder by default.")
    private @Nullable Path output;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "500",
            description = "Test images, as many of each class as can be; ${DEFAULT-VALUE} by default.")
    private int samples;

    @Option(
            names = "--points",
            paramLabel = "N",
            defaultValue = "21",
            description = "Places along each direction, odd; ${DEFAULT-VALUE} by default.")
    private int points;

    @Option(
            names = "--reach",
            paramLabel = "R",
            defaultValue = "1",
            description = "How far they reach, in lengths of the student's filters; ${DEFAULT-VALUE} by default.")
    private double reach;

    @Option(names = "--line-only", description = "Leave the plane out.")
    private boolean lineOnly;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "50",
            description = "Of the search for the eigenvalue, at most; ${DEFAULT-VALUE} by default.")
    private int iterations;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the directions; ${DEFAULT-VALUE} by default.")
    private long seed;

    @Override
    public Integer call() {
        Landscape landscape = new Landscape(samples, points, reach, !lineOnly, iterations, seed);
        List<Path> runs = RunFolders.in(folders);
        if (runs.size() > MOST_RUNS) {
            throw new BadInput("landscape takes " + MOST_RUNS + " runs at most, found " + runs.size() + ": name fewer");
        }
        Path folder = output();
        Torch.threads(Runtime.getRuntime().availableProcessors());
        List<LossSurface> surfaces = new ArrayList<>();
        RunFolders.names(runs).forEach((name, run) -> {
            LossSurface surface = landscape.of(name, run);
            tell(surface);
            surfaces.add(surface);
        });
        write(folder, surfaces);
        return 0;
    }

    private Path output() {
        if (output == null && folders.size() > 1) {
            throw new BadInput("the landscape of several folders belongs to none of them: name one by --output DIR");
        }
        return output == null ? folders.get(0) : output;
    }

    private static void tell(LossSurface surface) {
        LossSurface.Sharpness sharpness = surface.sharpness();
        System.out.printf(
                Locale.ROOT,
                "%s: loss %.4f, top-1 %.2f %% on %,d test images; largest eigenvalue of the Hessian %.4g (%s %d"
                        + " iterations)%n",
                surface.run(),
                surface.loss(),
                surface.top1(),
                surface.samples(),
                sharpness.largestEigenvalue(),
                sharpness.converged() ? "settled after" : "not settled after",
                sharpness.iterations());
    }

    private static void write(Path folder, List<LossSurface> surfaces) {
        try {
            Files.createDirectories(folder);
            WholeFile.write(folder.resolve("landscape.json"), LossSurface.json(surfaces));
            SurfacePicture.draw(folder.resolve("landscape.png"), surfaces);
            System.out.println("Look at " + folder.resolve("landscape.png") + "; the numbers are in landscape.json.");
        } catch (IOException e) {
            throw new BadInput(folder + " cannot be written (" + Reason.of(e) + "): name another --output", e);
        }
    }
}
