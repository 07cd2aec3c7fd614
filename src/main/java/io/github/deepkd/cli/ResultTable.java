package io.github.deepkd.cli;

import io.github.deepkd.report.RunEvent.Result;
import io.github.deepkd.report.TextTable;
import java.util.Collection;
import java.util.Locale;

/** What runs came to, a row each. */
final class ResultTable {

    private ResultTable() {}

    static TextTable of(Collection<Result> rows) {
        int meanOf = rows.stream().mapToInt(Result::meanOf).max().orElse(1);
        TextTable table =
                new TextTable("", "best top-1 %", "last", "mean of last " + meanOf, "parameters", "file KB", "seconds");
        rows.forEach(row -> table.row(
                row.row(),
                percent(row.best()),
                percent(row.last()),
                percent(row.mean()),
                String.format(Locale.ROOT, "%,d", row.parameters()),
                Math.round(row.bytes() / 1000.0),
                Math.round(row.seconds())));
        return table;
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
