package io.github.deepkd.report;

import io.github.deepkd.report.Comparison.Measures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Draws a comparison: accuracies on the left; on the right, where there are several variants, the differences to the
 * first, seed by seed. The accuracy is that after the last epoch: no epoch was picked for it.
 */
public final class ComparisonPicture {

    private ComparisonPicture() {}

    /** Draws a comparison of one run or more. */
    public static void draw(Path png, Comparison comparison) {
        List<Panel> panels = new ArrayList<>();
        panels.add(accuracies(comparison));
        if (!comparison.tests().isEmpty()) {
            panels.add(differences(comparison));
        }
        int seeds = comparison.seeds().size();
        Picture.write(png, comparison.recipe() + ", " + seeds + (seeds == 1 ? " seed" : " seeds"), panels);
    }

    private static Panel accuracies(Comparison comparison) {
        DotPanel panel = new DotPanel("test top-1 in % after the last epoch", comparison.variants());
        comparison.seeds().forEach(seed -> panel.dots(seed, variant -> last(comparison, variant, seed)));
        return panel.means(eachLast(comparison.spreads(), spread -> spread));
    }

    private static Panel differences(Comparison comparison) {
        String first = comparison.variants().get(0);
        List<String> others =
                comparison.variants().subList(1, comparison.variants().size());
        DotPanel panel = new DotPanel("difference to " + first + " at the same seed, in points", others).line(0);
        comparison.seeds().forEach(seed -> panel.dots(seed, variant -> less(comparison, variant, first, seed)));
        return panel.means(eachLast(comparison.tests(), PairedTest::difference));
    }

    private static <T> Map<String, Spread> eachLast(Map<String, Measures<T>> measures, Function<T, Spread> spread) {
        Map<String, Spread> each = new LinkedHashMap<>();
        measures.forEach((variant, top1) -> each.put(variant, spread.apply(top1.last())));
        return each;
    }

    private static @Nullable Double less(Comparison comparison, String variant, String first, long seed) {
        Double own = last(comparison, variant, seed);
        Double base = last(comparison, first, seed);
        return own == null || base == null ? null : own - base;
    }

    private static @Nullable Double last(Comparison comparison, String variant, long seed) {
        Score score = comparison.scores(variant).get(seed);
        return score == null ? null : score.last();
    }
}
