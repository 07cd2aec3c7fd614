package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.ColorJitter;
import io.github.deepkd.data.DataSummary;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.ResizedCrop;
import io.github.deepkd.data.Shape;
import io.github.deepkd.report.TextTable;
import io.github.deepkd.train.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd data}. */
@Command(
        name = "data",
        description = "Looks at data.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {"  deepkd data show cifar100:cifar-100-binary", "  deepkd data show folder:photos --sheet photos.png"
        })
final class DataCommand {

    private static final int BENCH_BATCH = 64;
    private static final ColorJitter BENCH_JITTER = new ColorJitter(0.4, 0.4, 0.4, 0.1);

    @Command(
            name = "show",
            description = "Prints counts, mean and standard deviation, and draws a contact sheet.",
            footerHeading = "%nExamples:%n",
            footer = {"  deepkd data show sample --views 2", "  deepkd data show idx:/data/mnist --sheet mnist.png"})
    int show(
            @Parameters(paramLabel = "KIND:DIR", description = "See 'deepkd list datasets'.") String name,
            @Option(
                            names = "--sheet",
                            paramLabel = "PNG",
                            defaultValue = "contact-sheet.png",
                            description = "Where the contact sheet goes; ${DEFAULT-VALUE} by default.")
                    Path sheet,
            @Option(names = "--size", paramLabel = "N", description = "Resize and crop a folder's images to N x N.")
                    @Nullable
                    Integer size,
            @Option(
                            names = "--views",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "What the sheet shows: 1 for the images as they are, 2 for the weak and the"
                                    + " strong view that training makes of them.")
                    int views) {
        DataSummary summary = DataSummary.of(Datasets.open(name, Fit.of(size, null)));
        print(summary);
        draw(summary, sheet, views);
        System.out.println("Contact sheet: " + sheet);
        return 0;
    }

    @Command(
            name = "bench",
            description = "Measures how many images of a folder a second are read and augmented (resized-crop).",
            footerHeading = "%nExample:%n",
            footer = "  deepkd data bench imagenet/val --threads 4")
    int bench(
            @Parameters(paramLabel = "DIR", description = "A folder of images, as for the kind 'folder'.") Path folder,
            @Option(
                            names = "--size",
                            paramLabel = "N",
                            defaultValue = "224",
                            description = "What images become, N x N; ${DEFAULT-VALUE} by default.")
                    int size,
            @Option(
                            names = "--threads",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Loader threads; ${DEFAULT-VALUE} by default.")
                    int threads,
            @Option(
                            names = "--views",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Views of each image, 1 or 2; ${DEFAULT-VALUE} by default.")
                    int views,
            @Option(names = "--color-jitter", description = "Change colours too: 0.4, 0.4, 0.4, and 0.1 for the hue.")
                    boolean colorJitter,
            @Option(
                            names = "--rounds",
                            paramLabel = "N",
                            defaultValue = "5",
                            description = "Times all training images are read; ${DEFAULT-VALUE} by default.")
                    int rounds) {
        requireViews(views);
        if (rounds < 1) {
            throw new BadInput("--rounds must be 1 or more, found " + rounds);
        }
        Dataset data = Datasets.open("folder", folder, Optional.of(Fit.of(size)));
        Normalization normalization = Datasets.normalization("folder");
        ResizedCrop crop = colorJitter ? ResizedCrop.DEFAULTS.with(BENCH_JITTER) : ResizedCrop.DEFAULTS;
        Loader loader = new Loader(data.train(), normalization, crop, views, BENCH_BATCH, threads);
        System.out.println(LoadingSpeed.of(loader, rounds));
        return 0;
    }

    private static void requireViews(int views) {
        if (views < 1 || views > 2) {
            throw new BadInput("--views must be 1 or 2, found " + views);
        }
    }

    private static void draw(DataSummary summary, Path sheet, int views) {
        if (views == 1) {
            summary.contactSheet(sheet);
        } else {
            summary.contactSheet(sheet, RunConfig.DEFAULTS.data().augmentation());
        }
    }

    private static void print(DataSummary summary) {
        Dataset data = summary.dataset();
        Shape shape = data.shape();
        System.out.printf(
                Locale.ROOT,
                "%s: %,d training and %,d test images, %d x %d x %d, %d classes%n",
                data.name(),
                data.train().size(),
                data.test().size(),
                shape.channels(),
                shape.height(),
                shape.width(),
                data.classes());
        System.out.println("mean " + fourDigits(summary.mean()) + ", std " + fourDigits(summary.std())
                + " of the training images, values in [0, 1]");
        TextTable table = new TextTable("class", "name", "training", "test");
        for (int i = 0; i < data.classes(); i++) {
            table.row(
                    i,
                    data.classNames().get(i),
                    summary.trainCounts().get(i),
                    summary.testCounts().get(i));
        }
        System.out.print(table);
    }

    private static String fourDigits(List<Double> values) {
        return values.stream()
                .map(value -> String.format(Locale.ROOT, "%.4f", value))
                .collect(Collectors.joining(", "));
    }
}
