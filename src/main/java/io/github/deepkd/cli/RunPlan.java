package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipes;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * What a comparison is to do: every variant with every seed.
 *
 * @param runs in the order to do them: all variants of one seed before the next, so that a comparison that stops half
 *     way has treated them alike
 */
record RunPlan(Path folder, List<String> variants, List<PlannedRun> runs) {

    private static final Pattern NAME = Pattern.compile("[\\w.+-]*\\w[\\w.+-]*");

    /**
     * @param variants each the name of one of {@code recipe}, or {@code NAME=RECIPE:VARIANT}
     * @param seeds how many, or several with commas between them
     * @param options of each run
     * @param defaults options of each run's command line that {@code options} may overrule
     */
    static RunPlan of(
            Path folder,
            String recipe,
            List<String> variants,
            String seeds,
            RunOptions options,
            List<String> defaults) {
        List<PlannedRun> runs = new ArrayList<>();
        Map<String, Recipe> recipes = recipes(recipe, variants);
        List<String> arguments = new ArrayList<>(defaults);
        arguments.addAll(options.arguments());
        for (long seed : seeds(seeds)) {
            recipes.forEach((name, each) -> {
                RunFolder run = new RunFolder(folder.resolve(name).resolve("seed-" + seed));
                RunConfig config = RunConfig.BINDER.bind(options.over(RunConfig.of(each)), Map.of("seed", seed));
                runs.add(new PlannedRun(name, each.name(), config, run, arguments));
            });
        }
        return new RunPlan(folder, List.copyOf(recipes.keySet()), runs);
    }

    private static Map<String, Recipe> recipes(String recipe, List<String> variants) {
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        for (String variant : variants) {
            String[] parts = variant.split("=", 2);
            if (!NAME.matcher(parts[0]).matches()) {
                throw new BadInput("--variants " + variant + ": the name becomes a folder's, so it may have letters,"
                        + " digits and . + - _ only; give it one by NAME=RECIPE:VARIANT");
            }
            String reference = parts.length == 2 ? parts[1] : recipe + ":" + parts[0];
            if (recipes.put(parts[0], Recipes.shipped().resolve(reference)) != null) {
                throw new BadInput("--variants names " + parts[0] + " twice: name each once");
            }
        }
        return recipes;
    }

    private static List<Long> seeds(String text) {
        List<Long> seeds;
        try {
            seeds = text.contains(",")
                    ? Arrays.stream(text.split(",")).map(Long::valueOf).toList()
                    : LongStream.rangeClosed(1, Long.parseLong(text)).boxed().toList();
        } catch (NumberFormatException e) {
            throw new BadInput("--seeds " + text + ": expected how many, such as 5, or which, such as 2,3,5", e);
        }
        if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
            throw new BadInput("--seeds " + text + ": expected one seed or more, each once");
        }
        return seeds;
    }

    /** Refuses a folder that holds other runs than these would be, before the first begins. */
    void check() {
        if (Files.exists(new RunFolder(folder).events())) {
            throw new BadInput(folder + " holds a single run, not a comparison: name another --output folder");
        }
        runs.forEach(PlannedRun::check);
    }
}
