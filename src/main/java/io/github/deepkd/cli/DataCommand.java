package io.github.deepkd.cli;

import io.github.deepkd.data.DataSummary;
import io.github.deepkd.data.Datasets;
import java.nio.file.Path;
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
            footer = {"  deepkd data show sample", "  deepkd data show idx:/data/mnist --sheet mnist.png"})
    int show(
            @Parameters(paramLabel = "KIND:DIR", description = "See 'deepkd list datasets'.") String name,
            @Option(
                            names = "--sheet",
                            paramLabel = "PNG",
                            defaultValue = "contact-sheet.png",
                            description = "Where the contact sheet goes; ${DEFAULT-VALUE} by default.")
                    Path sheet) {
        DataSummary summary = DataSummary.of(Datasets.open(name));
        System.out.println(summary);
        summary.contactSheet(sheet);
        System.out.println("Contact sheet: " + sheet);
        return 0;
    }
}
