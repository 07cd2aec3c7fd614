package io.github.deepkd.export;

import io.github.deepkd.bench.Machine;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.interop.OnnxRuntime;
import io.github.deepkd.interop.OnnxSession;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Everything that leaves with one student: its files and their model card. */
public final class Export {

    private static final List<Integer> BATCHES = List.of(1, 32);

    private final TrainedRun run;
    private final ExportData data;
    private final StudentInfo info;
    private final Path folder;

    /** @param normalizing whether networks get pixels in [0, 1] */
    public Export(TrainedRun run, ExportData data, boolean normalizing, Path folder) {
        this.run = run;
        this.data = data;
        this.folder = folder;
        this.info = run.info(data.shape(), data.classNames(), data.name()).normalizing(normalizing);
    }

    /**
     * Writes the files and the card.
     *
     * @param calibrationImages for an ONNX file in 8 bits too; 0 for none
     * @param told hears of each file, in a line
     */
    public List<ExportedFile> write(Set<Format> formats, int calibrationImages, Consumer<String> told) {
        if (calibrationImages > 0) {
            Calibration.require(data.train().get(0), calibrationImages);
        }
        try (TensorScope scope = TensorScope.open()) {
            Model student =
                    run.student(data.shape().channels(), data.classNames().size());
            Exporter exporter = new Exporter(student, info, data.test(), folder);
            List<ExportedFile> files = new ArrayList<>();
            for (Format format : formats) {
                files.add(tell(exporter.write(format), exporter.triedImages(), told));
            }
            if (calibrationImages > 0) {
                int8(exporter, files, calibrationImages, told);
            }
            List<String> speeds = formats.contains(Format.ONNX) ? speeds(student, files) : List.of();
            speeds.forEach(told);
            boolean written = ModelCard.write(folder, run, info, student.parameters(), files, speeds);
            told.accept(
                    written
                            ? "Model card: " + folder.resolve("README.md") + "; fill in its licences and limits."
                            : folder.resolve("README.md") + " was there and stays as it is; move it for a new one.");
            return files;
        }
    }

    /** The ONNX file's accuracy is measured too, for comparison. */
    private void int8(Exporter exporter, List<ExportedFile> files, int calibrationImages, Consumer<String> told) {
        ImageSet test = data.test().get(0);
        files.replaceAll(file -> file.file().endsWith(Format.ONNX.file()) ? exporter.measured(file, test) : file);
        ExportedFile int8 =
                tell(exporter.int8(data.train().get(0), calibrationImages, test), exporter.triedImages(), told);
        files.add(int8);
        files.stream()
                .filter(file -> file.top1() != null)
                .forEach(file -> told.accept(String.format(
                        Locale.ROOT,
                        "%s: top-1 %.2f %% of %,d test images",
                        file.file().getFileName(),
                        file.top1(),
                        test.size())));
    }

    private static ExportedFile tell(ExportedFile file, long images, Consumer<String> told) {
        String size = String.format(Locale.ROOT, "%s: %,d bytes", file.file(), file.bytes());
        told.accept(
                file.difference() == null
                        ? size
                        : size
                                + String.format(
                                        Locale.ROOT,
                                        ", differs from the student by up to %.1e of the largest logit (%d images)",
                                        file.difference(),
                                        images));
        return file;
    }

    /** On one thread each, for a service has as many requests at once as it has cores. */
    private List<String> speeds(Model student, List<ExportedFile> files) {
        int threads = Torch.threads();
        Torch.threads(1);
        try {
            List<String> speeds = new ArrayList<>(List.of(speed("libtorch " + Torch.version(), student.frozen())));
            for (ExportedFile file : files) {
                if (file.file().toString().endsWith(".onnx")) {
                    try (OnnxSession onnx = OnnxSession.open(file.file(), 1)) {
                        speeds.add(speed(
                                "ONNX Runtime " + OnnxRuntime.version() + ", "
                                        + file.file().getFileName(),
                                onnx));
                    }
                }
            }
            return speeds;
        } finally {
            Torch.threads(threads);
        }
    }

    private String speed(String what, UnaryOperator<Tensor> network) {
        Tensor many = Agreement.randomImages(data.shape(), info.normalizes(), BATCHES.get(1));
        double single = Speed.imagesPerSecond(network, many.narrow(0, 0, BATCHES.get(0)));
        return String.format(
                Locale.ROOT,
                "%s: %,.0f images/s one by one, %,.0f in batches of %d; one thread, %s",
                what,
                single,
                Speed.imagesPerSecond(network, many),
                BATCHES.get(1),
                Machine.here().cpu());
    }

    /** The files as one JSON object. */
    public static String json(List<ExportedFile> files) {
        return StudentInfo.json(
                Map.of("files", files.stream().map(Export::fields).toList()));
    }

    private static Map<String, Object> fields(ExportedFile file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", file.file().toString());
        fields.put("bytes", file.bytes());
        if (file.difference() != null) {
            fields.put("difference", file.difference());
        }
        if (file.top1() != null) {
            fields.put("top1", file.top1());
        }
        return fields;
    }
}
