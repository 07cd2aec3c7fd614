package io.github.deepkd.report;

import java.util.ArrayList;
import java.util.List;

/** A comparison as people read it. */
public final class ComparisonTable {

    private ComparisonTable() {}

    /** A row for each variant, then one for each difference to the first, then how to read them. */
    public static String of(Comparison comparison) {
        List<String> parts = new ArrayList<>();
        parts.add(accuracies(comparison));
        if (comparison.variants().size() > 1) {
            parts.add(differences(comparison));
        }
        parts.add(notes(comparison));
        return String.join("\n", parts);
    }

    private static String accuracies(Comparison comparison) {
        TextTable table = new TextTable("", "n", "best top-1 %", "last", "mean of last " + comparison.meanOf());
        comparison
                .spreads()
                .forEach((variant, top1) -> row(table, variant, top1.last().n(), top1.each(ComparisonTable::accuracy)));
        return table.toString();
    }

    private static String differences(Comparison comparison) {
        String first = comparison.variants().get(0);
        TextTable table = new TextTable("minus " + first, "n", "best", "last", "mean of last " + comparison.meanOf());
        comparison
                .tests()
                .forEach((variant, tests) ->
                        row(table, variant, tests.last().difference().n(), tests.each(ComparisonTable::difference)));
        return table.toString();
    }

    private static void row(TextTable table, String variant, int n, List<String> cells) {
        table.row(variant, n, cells.get(0), cells.get(1), cells.get(2));
    }

    private static String accuracy(Spread spread) {
        return Text.format("%.2f", spread.mean()) + (spread.std() == null ? "" : Text.format(" ± %.2f", spread.std()));
    }

    private static String difference(PairedTest test) {
        Spread difference = test.difference();
        String mean = Text.format("%+.2f", difference.mean());
        String interval =
                difference.margin() == null ? "" : Text.format(" [%+.2f, %+.2f]", difference.low(), difference.high());
        return mean + interval + (test.p() == null ? "" : ", p " + probability(test.p()));
    }

    private static String probability(double p) {
        return p < 0.001 ? "< 0.001" : Text.format("%.3f", p);
    }

    private static String notes(Comparison comparison) {
        List<String> notes = new ArrayList<>();
        if (comparison.seeds().size() < 2) {
            notes.add("One seed tells nothing of the spread, so there is no test: give more --seeds.");
        } else {
            notes.add("± is the standard deviation over the n seeds.");
            if (comparison.variants().size() > 1) {
                notes.add(
                        "Differences are taken seed by seed: their mean, its 95 % interval, and p of the paired t-test"
                                + " (two-sided, not corrected for several comparisons).");
            }
        }
        if (comparison.commits().size() > 1) {
            notes.add("The runs were made by several builds: " + String.join(", ", comparison.commits()) + ".");
        }
        return String.join("\n", notes) + "\n";
    }
}
