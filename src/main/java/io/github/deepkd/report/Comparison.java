package io.github.deepkd.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How variants of a recipe fared over several seeds. Every variant is held against the first, over the seeds that both
 * have.
 *
 * @param runs the finished ones, in any order; kept by seed, then variant
 */
public record Comparison(String recipe, List<String> variants, List<ComparedRun> runs) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    public Comparison {
        runs = runs.stream()
                .sorted(Comparator.comparingLong(ComparedRun::seed)
                        .thenComparing(run -> variants.indexOf(run.variant())))
                .toList();
    }

    /** The three numbers of a {@link Score}, of one kind. */
    public record Measures<T>(T best, T last, T mean) {

        static <T> Measures<T> of(Function<ToDoubleFunction<Score>, T> made) {
            return new Measures<>(made.apply(Score::best), made.apply(Score::last), made.apply(Score::mean));
        }

        <R> List<R> each(Function<? super T, R> made) {
            return List.of(made.apply(best), made.apply(last), made.apply(mean));
        }
    }

    /** What {@code compare.json} holds. */
    private record Content(
            String recipe,
            List<String> variants,
            List<Long> seeds,
            List<String> commits,
            List<ComparedRun> runs,
            Map<String, Measures<Spread>> top1,
            Map<String, Measures<PairedTest>> againstFirst) {}

    /** The seeds of all runs. */
    List<Long> seeds() {
        return runs.stream().map(ComparedRun::seed).distinct().sorted().toList();
    }

    /** The builds that made the runs; figures of more than one are not quite comparable. */
    List<String> commits() {
        return runs.stream().map(ComparedRun::commit).distinct().sorted().toList();
    }

    /** The last epochs that the mean is taken of; the most where variants differ in it. */
    public int meanOf() {
        return runs.stream().mapToInt(run -> run.score().meanOf()).max().orElse(1);
    }

    /** The variant's scores by seed. */
    Map<Long, Score> scores(String variant) {
        return runs.stream()
                .filter(run -> run.variant().equals(variant))
                .collect(Collectors.toMap(ComparedRun::seed, ComparedRun::score));
    }

    /** Each variant that has a run. */
    public Map<String, Measures<Spread>> spreads() {
        Map<String, Measures<Spread>> spreads = new LinkedHashMap<>();
        for (String variant : variants) {
            Map<Long, Score> scores = scores(variant);
            if (!scores.isEmpty()) {
                List<Long> seeds = List.copyOf(scores.keySet());
                spreads.put(variant, Measures.of(measure -> Spread.of(values(scores, seeds, measure))));
            }
        }
        return spreads;
    }

    /** Each variant but the first that shares a seed with it. */
    public Map<String, Measures<PairedTest>> tests() {
        Map<String, Measures<PairedTest>> tests = new LinkedHashMap<>();
        Map<Long, Score> first = scores(variants.get(0));
        for (String variant : variants.subList(1, variants.size())) {
            Map<Long, Score> other = scores(variant);
            List<Long> both = seeds().stream()
                    .filter(first::containsKey)
                    .filter(other::containsKey)
                    .toList();
            if (!both.isEmpty()) {
                tests.put(
                        variant,
                        Measures.of(
                                measure -> PairedTest.of(values(first, both, measure), values(other, both, measure))));
            }
        }
        return tests;
    }

    private static double[] values(Map<Long, Score> scores, List<Long> seeds, ToDoubleFunction<Score> measure) {
        return seeds.stream()
                .map(seed -> Objects.requireNonNull(scores.get(seed)))
                .mapToDouble(measure)
                .toArray();
    }

    /** One JSON object over several lines. */
    public String json() {
        Content content = new Content(recipe, variants, seeds(), commits(), runs, spreads(), tests());
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
