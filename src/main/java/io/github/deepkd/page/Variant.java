package io.github.deepkd.page;

import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs that differ in nothing but their seed.
 *
 * @param runs one or more, no two of one seed
 */
record Variant(String name, List<RunHistory> runs) {

    /** Settings that change no result, but rounding. */
    private static final List<String> APART =
            List.of("seed", "threads", "log-every", "check-every", "data.loader-threads", "gsnr-every");

    /** In the order of their first runs; named by the recipe, or by the first run where a recipe has several. */
    static List<Variant> of(List<RunHistory> runs) {
        Map<Map<String, String>, List<RunHistory>> groups = new LinkedHashMap<>();
        for (RunHistory run : runs) {
            Map<String, String> settings = Settings.flat(run.configuration());
            settings.keySet().removeAll(APART);
            while (groups.getOrDefault(settings, List.of()).stream().anyMatch(other -> other.seed() == run.seed())) {
                settings.merge("again", "+", String::concat); // the same run twice is no sample of two
            }
            groups.computeIfAbsent(settings, key -> new ArrayList<>()).add(run);
        }
        long recipes = groups.values().stream().map(Variant::recipe).distinct().count();
        boolean byRecipe = recipes == groups.size();
        return groups.values().stream()
                .map(group ->
                        new Variant(byRecipe ? recipe(group) : group.get(0).name(), group))
                .toList();
    }

    private static String recipe(List<RunHistory> group) {
        return group.get(0).started().path("recipe").asText("?");
    }

    boolean hasTeacher() {
        return !first().configuration().at("/method/kind").asText("none").equals("none");
    }

    RunHistory first() {
        return runs.get(0);
    }

    /** In percent; null where it was not measured. */
    @Nullable
    Double teacherTop1() {
        return first().started().path("teacher_top1").isNumber()
                ? first().started().path("teacher_top1").asDouble()
                : null;
    }

    /** Runs with an epoch at least. */
    List<ComparedRun> compared() {
        return runs.stream()
                .filter(run -> !run.epochs().isEmpty())
                .map(run -> new ComparedRun(
                        name,
                        run.seed(),
                        Score.of(
                                run.epochs(),
                                Math.max(1, run.configuration().path("mean-of").asInt(1))),
                        run.started().path("commit").asText(),
                        teacherTop1()))
                .toList();
    }

    boolean finished() {
        return runs.stream().allMatch(run -> Progress.of(run).state() == Progress.State.FINISHED);
    }
}
