package io.github.deepkd.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.Text;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.train.Networks;
import io.github.deepkd.train.Run;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that has left a student, read back from its folder.
 *
 * @param started the run's first event; missing where the folder has no events
 * @param epochs as told; none where the folder has no events
 */
public record TrainedRun(RunFolder folder, RunConfig config, JsonNode started, List<EpochDone> epochs) {

    /** @throws BadInput where the folder has no configuration or no student */
    public static TrainedRun open(Path path) {
        RunFolder folder = new RunFolder(path);
        for (Path file : List.of(folder.configuration(), folder.student())) {
            if (!Files.isRegularFile(file)) {
                throw new BadInput(path + " holds no trained student: " + file.getFileName()
                        + " is missing; give a folder that deepkd train has made");
            }
        }
        RunConfig config = configuration(folder.configuration());
        if (!Files.isRegularFile(folder.events())) {
            return new TrainedRun(folder, config, MissingNode.getInstance(), List.of());
        }
        JsonNode started = JsonLines.read(folder.events()).stream()
                .filter(event -> event.path("event").asText().equals("run-started"))
                .reduce((a, b) -> b)
                .orElse(MissingNode.getInstance());
        return new TrainedRun(folder, config, started, JsonLines.epochs(folder.events()));
    }

    private static RunConfig configuration(Path file) {
        Map<String, @Nullable Object> values = Yaml.read(file);
        try {
            return RunConfig.BINDER.bind(RunConfig.DEFAULTS, values);
        } catch (BadInput e) {
            throw new BadInput(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The run's data.
     *
     * @param moved where its folder is now; null where it was
     */
    public Dataset data(@Nullable Path moved) {
        RunConfig.Data data = config.data();
        Path folder = moved == null ? data.directory() : moved;
        return Datasets.open(data.kind(), folder, fit());
    }

    private Optional<Fit> fit() {
        return Fit.of(config.data().size(), config.data().resize());
    }

    /** The student as the run left it, in float32. */
    public Model student(int channels, int classes) {
        Model student = Models.create(config.student().model(), channels, classes, Precision.FLOAT32);
        return Networks.load(student, folder.student().toString());
    }

    /**
     * What the student's files say of it.
     *
     * @throws BadInput where its configuration is of images of another shape
     */
    public StudentInfo info(Shape shape, List<String> classNames, String dataName) {
        try {
            return described(shape, classNames, dataName);
        } catch (BadInput e) {
            throw new BadInput(folder.configuration() + ": " + e.getMessage(), e);
        }
    }

    private StudentInfo described(Shape shape, List<String> classNames, String dataName) {
        int resize = fit().map(Fit::resize).orElse(Math.min(shape.height(), shape.width()));
        return new StudentInfo(
                config.student().model(),
                shape,
                resize,
                Run.normalization(config),
                false,
                classNames,
                origin(dataName));
    }

    /** Where the student came from: text by key, only what is known. */
    private Map<String, String> origin(String dataName) {
        Map<String, String> origin = new LinkedHashMap<>();
        origin.put("data", dataName);
        origin.put("recipe", started.path("recipe").asText("unknown"));
        origin.put("method", setting("method"));
        origin.put("momenta", setting("momenta"));
        origin.put("teacher", teacher());
        origin.put("seed", Long.toString(config.seed()));
        top1().ifPresent(top1 -> origin.put("top1", String.format(Locale.ROOT, "%.2f", top1)));
        origin.put("deepkd_version", started.path("version").asText("unknown"));
        origin.put("deepkd_commit", started.path("commit").asText("unknown"));
        return origin;
    }

    /** A setting on one line; every key of the configuration is there. */
    String setting(String key) {
        return Text.setting(Objects.requireNonNull(config.toMap().get(key)));
    }

    /** Its architecture and, where it was measured, its accuracy. */
    String teacher() {
        String model = config.teacher().model();
        if (!config.method().needsTeacher() || model == null) {
            return "none";
        }
        JsonNode top1 = started.path("teacher_top1");
        return top1.isNumber() ? String.format(Locale.ROOT, "%s (top-1 %.2f %%)", model, top1.asDouble()) : model;
    }

    /** Accuracy after the last epoch, in percent: that of the student which the run left. */
    Optional<Double> top1() {
        return epochs.isEmpty()
                ? Optional.empty()
                : Optional.of(epochs.get(epochs.size() - 1).testTop1());
    }
}
