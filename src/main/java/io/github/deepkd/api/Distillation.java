package io.github.deepkd.api;

import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipes;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.train.Run;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Trains a student from a teacher:
 *
 * <pre>{@code
 * Distillation kd = Distillation.recipe("quickstart:deepkd") // data and a teacher that come with deepkd
 *         .with("student.model", "resnet8")
 *         .with("data.train-limit", 500)
 *         .with("epochs", 2);
 * Trained student = kd.train(folder);
 * System.out.printf("%.2f %% top-1, weights in %s%n", student.top1(), student.weights());
 * }</pre>
 *
 * With files of your own it is {@code Distillation.recipe("cifar100/resnet56-resnet20:kd-deepkd")} and
 * {@code .with("data.directory", "cifar-100-binary").with("teacher.weights", "resnet56.pt")}; keys, values and recipes are
 * those of the command line. Immutable. One run at a time in a process: libtorch's generator and threads are global.
 *
 * <p>The JVM needs {@code -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.maxBytes=0}, for the memory that
 * counts is libtorch's, and the environment {@code OPENBLAS_NUM_THREADS=1}.
 */
public final class Distillation {

    private final Recipe recipe;
    private final RunConfig config;

    private Distillation(Recipe recipe, RunConfig config) {
        this.recipe = recipe;
        this.config = config;
    }

    /**
     * @param name of a recipe that comes with deepkd, with its variant after a colon, or of a YAML file
     * @throws io.github.deepkd.BadInput if there is none, or it cannot be used
     */
    public static Distillation recipe(String name) {
        Recipe recipe = Recipes.shipped().resolve(name);
        return new Distillation(recipe, RunConfig.of(recipe));
    }

    /**
     * The same with one setting changed, as {@code --set key=value} does.
     *
     * @param value a number, truth value, text or path, or a map for a group of settings
     * @throws io.github.deepkd.BadInput if there is no such key, or it takes no such value
     */
    public Distillation with(String key, Object value) {
        Object plain = value instanceof Path ? value.toString() : value;
        return new Distillation(recipe, RunConfig.BINDER.bind(config, Yaml.overlay(key, plain)));
    }

    /** Every setting with its value, defaults included. */
    public Map<String, Object> settings() {
        return config.toMap();
    }

    /**
     * Trains from the start.
     *
     * @param folder for weights, checkpoints and events; new or empty
     * @throws io.github.deepkd.BadInput if data, teacher, settings or folder cannot be used
     */
    public Trained train(Path folder) {
        return train(folder, event -> {});
    }

    /** {@link #train(Path)}, telling {@code listener} what happens, on the calling thread. */
    public Trained train(Path folder, Consumer<? super RunEvent> listener) {
        return run(RunFolder.create(folder), listener);
    }

    /** Goes on with a run that was interrupted, to the same bits, or with one that shall do more epochs. */
    public Trained resume(Path folder, Consumer<? super RunEvent> listener) {
        return run(RunFolder.resume(folder, config), listener);
    }

    private Trained run(RunFolder folder, Consumer<? super RunEvent> listener) {
        Reporter told = listener::accept;
        try (Reporter all = Reporters.all(List.of(new JsonLines(folder.events()), told))) {
            Result result = Run.train(config, recipe.name(), folder, all);
            return new Trained(result.last(), result.best(), folder.student(), folder.path());
        }
    }
}
