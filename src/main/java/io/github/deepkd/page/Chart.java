package io.github.deepkd.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chart as the table that it is drawn from.
 *
 * @param id of its element, the same whenever the same thing is drawn
 * @param across what the first column is
 * @param unit of all other columns
 * @param rows the first cell with a number, then a cell a column; empty where nothing was told
 * @param summary the chart in words
 */
record Chart(
        String id, String title, String across, String unit, List<String> columns, List<Row> rows, String summary) {

    record Row(String first, List<String> cells) {}

    /**
     * A line to draw.
     *
     * @param points place across to value, in order
     */
    record Line(String name, TreeMap<Double, Double> points) {

        String summary() {
            double least = points.values().stream().min(Double::compare).orElseThrow();
            double most = points.values().stream().max(Double::compare).orElseThrow();
            return name + " goes from " + Numbers.text(points.firstEntry().getValue()) + " to "
                    + Numbers.text(points.lastEntry().getValue()) + ", least " + Numbers.text(least) + ", most "
                    + Numbers.text(most) + ".";
        }
    }

    /** @param lines one or more, each with a point at least */
    static Chart of(String title, String across, String unit, List<Line> lines) {
        TreeMap<Double, List<String>> rows = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            for (Map.Entry<Double, Double> point : lines.get(i).points().entrySet()) {
                rows.computeIfAbsent(point.getKey(), x -> new ArrayList<>(Collections.nCopies(lines.size(), "")))
                        .set(i, Numbers.text(point.getValue()));
            }
        }
        List<Row> table = new ArrayList<>();
        rows.forEach((x, cells) -> table.add(new Row(Numbers.text(x), cells)));
        StringBuilder summary = new StringBuilder();
        lines.forEach(line -> summary.append(line.summary()).append(' '));
        return new Chart(
                "chart-" + title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"),
                title,
                across,
                unit,
                lines.stream().map(Line::name).toList(),
                table,
                summary.toString().strip());
    }

    boolean hasUnit() {
        return !unit.isEmpty();
    }

    /** With level lines, name to value. */
    Chart with(Map<String, String> levels) {
        List<String> names = new ArrayList<>(columns);
        names.addAll(levels.keySet());
        List<Row> longer = new ArrayList<>();
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(row.cells());
            cells.addAll(levels.values());
            longer.add(new Row(row.first(), cells));
        }
        return new Chart(id, title, across, unit, names, longer, summary);
    }

    /** With names in place of 1, 2, 3 … in the first column. */
    Chart named(List<String> names) {
        List<Row> named = rows.stream()
                .map(row -> new Row(names.get(Integer.parseInt(row.first()) - 1), row.cells()))
                .toList();
        return new Chart(id, title, across, unit, columns, named, summary);
    }
}
