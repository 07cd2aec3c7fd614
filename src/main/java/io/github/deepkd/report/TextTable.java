package io.github.deepkd.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for terminals: the first column left-aligned, the others, numbers mostly, right-aligned. */
public final class TextTable {

    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... header) {
        rows.add(List.of(header));
    }

    /**
     * Adds a row of a cell for each column.
     *
     * @throws IllegalArgumentException when there are more or fewer
     */
    public TextTable row(Object... cells) {
        if (cells.length != columns()) {
            throw new IllegalArgumentException("expected " + columns() + " cells, found " + Arrays.toString(cells));
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    /** The lines, the header underlined, each ended by a newline. */
    @Override
    public String toString() {
        List<Integer> widths = IntStream.range(0, columns())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        List<String> lines =
                new ArrayList<>(rows.stream().map(row -> line(row, widths)).toList());
        lines.add(
                1,
                "-"
                        .repeat(widths.stream()
                                        .mapToInt(width -> width + GAP.length())
                                        .sum()
                                - GAP.length()));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private int columns() {
        return rows.get(0).size();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        return IntStream.range(0, cells.size())
                .mapToObj(i -> {
                    String padding = " ".repeat(widths.get(i) - cells.get(i).length());
                    return i == 0 ? cells.get(i) + padding : padding + cells.get(i);
                })
                .collect(Collectors.joining(GAP));
    }
}
