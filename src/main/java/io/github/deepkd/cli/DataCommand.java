package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.DataSummary;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Shape;
import io.github.deepkd.report.TextTable;
import io.github.deepkd.train.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
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
        DataSummary summary =
                DataSummary.of(Datasets.open(name, size == null ? OptionalInt.empty() : OptionalInt.of(size)));
        print(summary);
        draw(summary, sheet, views);
        System.out.println("Contact sheet: " + sheet);
        return 0;
    }

    private static void draw(DataSummary summary, Path sheet, int views) {
        switch (views) {
            case 1 -> summary.contactSheet(sheet);
            case 2 -> summary.contactSheet(sheet, RunConfig.DEFAULTS.data().augmentation());
            default -> throw new BadInput("--views must be 1 or 2, found " + views);
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
