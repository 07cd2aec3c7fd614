package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.export.Export;
import io.github.deepkd.export.ExportData;
import io.github.deepkd.export.ExportedFile;
import io.github.deepkd.export.Format;
import io.github.deepkd.export.TrainedRun;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd export RUN}. */
@Command(
        name = "export",
        description = {
            "Writes the student of a run for others to use, with a model card.",
            "ONNX and TorchScript files are run and held against the student before they stay."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd export runs/first --to onnx,pytorch",
            "  deepkd export runs/first --to onnx --with-normalization --int8 --output service/model"
        })
final class ExportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RUN", description = "The folder of a run.")
    private Path folder = Path.of("");

    @Option(
            names = "--to",
            required = true,
            split = ",",
            paramLabel = "FORMAT",
            description = "One or more of safetensors, pytorch, onnx and torchscript, with commas between them.")
    private List<Format> formats = List.of();

    @Option(names = "--output", paramLabel = "DIR", description = "The files' folder; RUN/export by default.")
    private @Nullable Path output;

    @Option(
            names = "--with-normalization",
            description = "ONNX and TorchScript files take pixels in [0, 1] and normalise them themselves.")
    private boolean normalizing;

    @Option(
            names = "--int8",
            description = "Also writes student-int8.onnx: weights and features in 8 bits, ranges taken from training"
                    + " images; tells the accuracy before and after.")
    private boolean int8;

    @Option(
            names = "--calibration-images",
            paramLabel = "N",
            defaultValue = "512",
            description = "How many training images --int8 takes ranges from; ${DEFAULT-VALUE} by default.")
    private int calibrationImages;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the run's data is now, if it has moved.")
    private @Nullable Path data;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Exports without the data, for images of N x N; classes are numbered unless they are named.")
    private @Nullable Integer imageSize;

    @Option(
            names = "--class-names",
            paramLabel = "FILE",
            description = "A name a line, in the order of the labels; the data's own by default.")
    private @Nullable Path classNames;

    @Option(names = "--json", description = "Print one JSON object; all else goes to standard error.")
    private boolean json;

    @Override
    public Integer call() {
        Set<Format> wanted = new LinkedHashSet<>(formats);
        check(wanted);
        TrainedRun run = TrainedRun.open(folder);
        Path target = output == null ? folder.resolve("export") : output;
        PrintStream out = json ? System.err : System.out;
        Export export = new Export(run, exportData(run).named(classNames), normalizing, target);
        List<ExportedFile> files = export.write(wanted, int8 ? calibrationImages : 0, line -> out.println(line));
        if (json) {
            System.out.println(Export.json(files));
        }
        return 0;
    }

    private ExportData exportData(TrainedRun run) {
        return imageSize == null ? ExportData.of(run, run.data(data)) : ExportData.without(run, imageSize);
    }

    private void check(Set<Format> wanted) {
        if (imageSize != null && data != null) {
            throw new BadInput("--image-size exports without data and --data with it: give one of them");
        }
        if (int8 && imageSize != null) {
            throw new BadInput("--int8 takes the features' ranges from training images: leave out --image-size");
        }
        if (int8 && calibrationImages < 1) {
            throw new BadInput("--calibration-images must be 1 or more, found " + calibrationImages);
        }
        if (int8 && !wanted.contains(Format.ONNX)) {
            throw new BadInput("--int8 makes an ONNX file: add onnx to --to");
        }
        if (normalizing && wanted.stream().noneMatch(Format::isProgram)) {
            throw new BadInput("--with-normalization changes onnx and torchscript files only, for "
                    + Arrays.toString(wanted.toArray()).toLowerCase(Locale.ROOT)
                    + " hold weights and no network: leave it out, or add onnx to --to");
        }
    }
}
