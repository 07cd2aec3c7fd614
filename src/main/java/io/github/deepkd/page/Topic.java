package io.github.deepkd.page;

import io.github.deepkd.page.Chart.Line;
import io.github.deepkd.page.Timeline.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of one kind of event that belong in one chart: of one run together, of several runs a chart a number, with a
 * line a run.
 *
 * @param numbers the names of {@link Numbers}; the group is what a number is called, where there are several
 */
record Topic(String title, String unit, String event, Pattern numbers) {

    /** The components in the paper's order, and what begins with them; then all else by name. */
    private static final Comparator<String> COMPONENTS_FIRST =
            Comparator.comparingInt(Topic::rank).thenComparing(Comparator.naturalOrder());

    private static int rank(String called) {
        int rank = List.of("task", "target", "non-target").indexOf(called.split("[/+]", 2)[0]);
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }

    static Topic of(String title, String unit, String event, String numbers) {
        return new Topic(title, unit, event, Pattern.compile(numbers));
    }

    /** None where no run told of it. */
    List<Chart> charts(List<RunHistory> runs) {
        Map<String, List<Line>> byNumber = new TreeMap<>(COMPONENTS_FIRST);
        for (RunHistory run : runs) {
            for (String name : run.over(event).names()) {
                Matcher matcher = numbers.matcher(name);
                if (matcher.matches()) {
                    String called =
                            matcher.groupCount() == 0 ? "" : matcher.group(1).replace('_', '-');
                    byNumber.computeIfAbsent(called, c -> new ArrayList<>())
                            .add(line(runs.size() == 1 && !called.isEmpty() ? called : run.name(), run, name));
                }
            }
        }
        if (runs.size() == 1 && !byNumber.isEmpty()) {
            return List.of(Chart.of(
                    title,
                    "epoch",
                    unit,
                    byNumber.values().stream().flatMap(List::stream).toList()));
        }
        List<Chart> charts = new ArrayList<>();
        byNumber.forEach((called, lines) ->
                charts.add(Chart.of(called.isEmpty() ? title : title + ": " + called, "epoch", unit, lines)));
        return charts;
    }

    private Line line(String called, RunHistory run, String name) {
        TreeMap<Double, Double> points = new TreeMap<>();
        for (Point point : run.over(event).points()) {
            Double value = point.values().get(name);
            if (value != null) {
                points.put(point.epoch(), value);
            }
        }
        return new Line(called, points);
    }
}
