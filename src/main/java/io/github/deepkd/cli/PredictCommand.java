package io.github.deepkd.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.ImageFolder;
import io.github.deepkd.export.Prediction;
import io.github.deepkd.export.Predictor;
import io.github.deepkd.export.Predictor.Predictions;
import io.github.deepkd.export.Student;
import io.github.deepkd.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd predict STUDENT IMAGE…}. */
@Command(
        name = "predict",
        description = "Tells the likeliest classes of PNG and JPEG images.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd predict runs/first photo.jpg",
            "  deepkd predict runs/first/export/student.onnx photos --top 3 --skip-bad --json"
        })
final class PredictCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "STUDENT",
            description = "A run's folder, or a safetensors or ONNX file that deepkd export made.")
    private Path student = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "PNG or JPEG files, and folders of them.")
    private List<Path> images = List.of();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "Classes of each image; ${DEFAULT-VALUE} by default.")
    private int top;

    @Option(names = "--skip-bad", description = "Name files that are no images and go on; without it they are refused.")
    private boolean skipBad;

    @Option(names = "--threads", paramLabel = "N", description = "Of the network; all cores by default.")
    private @Nullable Integer threads;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        requirePositive("--top", top);
        int cores = Runtime.getRuntime().availableProcessors();
        int used = threads == null ? cores : threads;
        requirePositive("--threads", used);
        try (TensorScope scope = TensorScope.open();
                Student opened = Student.open(student, used)) {
            Predictions predictions = Predictor.of(opened, files(), top, skipBad);
            predictions.skipped().values().forEach(why -> System.err.println("deepkd: skipped: " + why));
            System.out.print(json ? json(opened, predictions) : text(opened, predictions));
        }
        return 0;
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new BadInput(option + " must be 1 or more, found " + value);
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        images.forEach(image -> files.addAll(Files.isDirectory(image) ? inFolder(image) : List.of(image)));
        return files;
    }

    private static List<Path> inFolder(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = walk.filter(Files::isRegularFile)
                    .filter(ImageFolder::isImage)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new BadInput("there are no images in " + folder + ": expected .png, .jpg or .jpeg files");
            }
            return files;
        } catch (IOException e) {
            throw new BadInput(folder + " cannot be read: " + e, e);
        }
    }

    private static String text(Student student, Predictions predictions) {
        String lines =
                predictions.predictions().stream().map(PredictCommand::line).collect(Collectors.joining());
        return lines
                + String.format(
                        Locale.ROOT,
                        "%,d images in %.2f s: %,.0f a second, %,.0f in the network alone (%s)%n",
                        predictions.predictions().size(),
                        predictions.seconds(),
                        predictions.imagesPerSecond(),
                        predictions.predictions().size() / predictions.networkSeconds(),
                        student.engine());
    }

    private static String line(Prediction prediction) {
        return prediction.file() + ": "
                + prediction.classes().stream()
                        .map(guess -> String.format(Locale.ROOT, "%s %.1f %%", guess.name(), 100 * guess.probability()))
                        .collect(Collectors.joining(", "))
                + "\n";
    }

    private static String json(Student student, Predictions predictions) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("engine", student.engine());
        object.put(
                "images",
                predictions.predictions().stream().map(PredictCommand::fields).toList());
        object.put(
                "skipped",
                predictions.skipped().keySet().stream().map(Path::toString).toList());
        object.put("seconds", predictions.seconds());
        object.put("network_seconds", predictions.networkSeconds());
        object.put("images_per_second", predictions.imagesPerSecond());
        try {
            return new ObjectMapper().writeValueAsString(object) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> fields(Prediction prediction) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", prediction.file().toString());
        fields.put("classes", prediction.classes());
        return fields;
    }
}
