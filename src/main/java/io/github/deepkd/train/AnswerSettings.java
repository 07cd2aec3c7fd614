package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.Description;
import io.github.deepkd.data.Augmentation;
import io.github.deepkd.data.Dataset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What stored answers depend on, of a run's settings and files: to be written down, and to be compared. */
final class AnswerSettings {

    /** Keys of {@code data} that change no view of a training image. */
    private static final Set<String> OF_NO_CONSEQUENCE = Set.of("data.directory", "data.loader-threads");

    private AnswerSettings() {}

    /** What {@code deepkd teach} is about to store. */
    static Description toStore(RunConfig config, Dataset data, int images, int views, int top) {
        SortedMap<String, String> settings = ofViews(config, data.hash());
        settings.put("precision", config.precision().name().toLowerCase(Locale.ROOT));
        settings.put("teacher.model", String.valueOf(config.teacher().model()));
        settings.put("teacher.weights sha256", WeightSource.sha256(Networks.teacherWeights(config)));
        return new Description(
                Description.FORMAT,
                views,
                config.method().views(),
                images,
                data.classes(),
                top,
                Math.min(config.batchSize(), images),
                config.seed(),
                settings);
    }

    /** Opens what {@code deepkd teach} stored, for a run that would see the same views of the same images. */
    static Answers open(RunConfig config, Dataset data, String dataHash) {
        Path folder = Objects.requireNonNull(config.teacher().answers());
        Description stored = Description.read(folder);
        SortedMap<String, String> wanted = ofViews(config, dataHash);
        wanted.put("classes", Integer.toString(data.classes()));
        putTeacher(config, wanted);
        String difference = stored.difference(wanted);
        if (difference != null) {
            throw new BadInput("the answers in " + folder + " were stored with " + difference
                    + ": train with the same setting, or store answers for this one by deepkd teach");
        }
        if (stored.viewsPerEpoch() < config.method().views()) {
            throw new BadInput(
                    "the answers in " + folder + " are of weak views only, but this method also asks of strong"
                            + " ones: store them by deepkd teach with --set method=crld, or train with another method");
        }
        return Answers.open(folder, stored);
    }

    /** A run from stored answers needs no teacher; but where it names one that is there, it must be the same. */
    private static void putTeacher(RunConfig config, SortedMap<String, String> wanted) {
        String model = config.teacher().model();
        if (model != null) {
            wanted.put("teacher.model", model);
        }
        String weights = config.teacher().weights();
        if (weights != null && WeightSource.isThere(weights)) {
            wanted.put("teacher.weights sha256", WeightSource.sha256(weights));
        }
    }

    /** What decides the pixels that a network sees. */
    private static SortedMap<String, String> ofViews(RunConfig config, String dataHash) {
        SortedMap<String, String> settings = new TreeMap<>();
        Map<String, @Nullable Object> flat = new LinkedHashMap<>();
        RunFolder.flatten("", Map.of("data", RunConfig.BINDER.toMap(config.data())), flat);
        flat.keySet().removeAll(OF_NO_CONSEQUENCE);
        flat.forEach((key, value) -> settings.put(key, String.valueOf(value)));
        settings.put("data.normalization.mean", Run.normalization(config).mean().toString());
        settings.put("data.normalization.std", Run.normalization(config).std().toString());
        settings.put("data.sha256", dataHash);
        settings.put("augmentation version", Integer.toString(Augmentation.VERSION));
        return settings;
    }
}
