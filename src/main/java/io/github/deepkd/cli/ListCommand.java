package io.github.deepkd.cli;

import io.github.deepkd.config.Recipes;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.distiller.Distiller;
import io.github.deepkd.distiller.Distillers;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.RunConfig;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code deepkd list WHAT}. */
@Command(
        name = "list",
        description = "Lists what a recipe can name.",
        footerHeading = "%nExamples:%n",
        footer = {"  deepkd list recipes", "  deepkd list methods"})
final class ListCommand implements Callable<Integer> {

    /** What can be listed. */
    enum What {
        MODELS,
        METHODS,
        DATASETS,
        RECIPES
    }

    @Parameters(paramLabel = "WHAT", description = "models, methods, datasets or recipes.")
    private What what = What.MODELS;

    @Override
    public Integer call() {
        Map<String, String> rows = rows();
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        rows.forEach((name, about) ->
                System.out.println((name + " ".repeat(width - name.length()) + "  " + about).stripTrailing()));
        return 0;
    }

    private Map<String, String> rows() {
        return switch (what) {
            case MODELS -> models();
            case METHODS -> methods();
            case DATASETS -> datasets();
            case RECIPES -> recipes();
        };
    }

    private static Map<String, String> datasets() {
        Map<String, String> rows = new LinkedHashMap<>();
        Datasets.names().forEach(kind -> rows.put(kind, Datasets.description(kind)));
        return rows;
    }

    private static Map<String, String> recipes() {
        Map<String, String> rows = new LinkedHashMap<>();
        Recipes.shipped().list().forEach(recipe -> rows.put(recipe.name(), recipe.about()));
        return rows;
    }

    private static Map<String, String> models() {
        Map<String, String> rows = new LinkedHashMap<>();
        try (TensorScope counting = TensorScope.open()) {
            Models.names().forEach(name -> rows.put(name, model(name)));
        }
        return rows;
    }

    private static String model(String name) {
        int size = Models.imageSize(name);
        int classes = size == 32 ? 100 : 1000;
        return String.format(
                Locale.ROOT,
                "for images about %d x %d, %,d parameters with %d classes: %s",
                size,
                size,
                Models.parameters(name, classes),
                classes,
                Models.description(name));
    }

    private static Map<String, String> methods() {
        Map<String, String> rows = new LinkedHashMap<>();
        Distillers.kinds().forEach((kind, defaults) -> {
            String settings = RunConfig.BINDER.toMap(defaults).toString();
            rows.put(kind, ((Distiller) defaults).about() + "  " + settings);
        });
        return rows;
    }
}
