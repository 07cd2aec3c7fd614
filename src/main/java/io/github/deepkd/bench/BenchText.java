package io.github.deepkd.bench;

import io.github.deepkd.bench.BenchResult.Row;
import io.github.deepkd.bench.BenchResult.Setting;
import io.github.deepkd.report.TextTable;
import io.github.deepkd.train.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** A {@link BenchResult} for people. */
public final class BenchText {

    private static final double MEGA = 1e6;

    private final BenchResult result;
    private final TextTable table;

    private BenchText(BenchResult result) {
        this.result = result;
        List<String> header = new ArrayList<>(List.of("ms"));
        result.rows().forEach(row -> header.addAll(List.of(row.batches(), "5 % to 95 %", "share")));
        this.table = new TextTable(header.toArray(String[]::new));
    }

    /** What was timed and on what, a table, and what its last lines mean. */
    public static String of(BenchResult result) {
        BenchText text = new BenchText(result);
        return text.headline() + "\n" + text.filledTable() + "\n" + text.remarks();
    }

    private String headline() {
        Setting of = result.setting();
        Machine on = result.machine();
        return format(
                """
                %s%s, %s, batch %d, %d classes, images %s
                  method   %s
                  momenta  %s
                  mask     %s
                  on       %s, %d cores, %d threads, load %.1f before
                  with     deepkd %s (%s), libtorch %s, OpenBLAS for %s, %s, %s
                """,
                of.teacher() == null ? "" : of.teacher() + " -> ",
                of.student(),
                of.precision(),
                of.batch(),
                of.classes(),
                of.image(),
                of.method(),
                of.momenta(),
                of.mask(),
                on.cpu(),
                on.cores(),
                on.threads(),
                on.load(),
                on.deepkd(),
                on.commit(),
                on.libtorch(),
                on.openblas(),
                on.java(),
                on.os());
    }

    private String filledTable() {
        for (Phase phase : Phase.values()) {
            times(phase.label(), row -> Objects.requireNonNull(row.phasesMs().get(phase.label())));
        }
        times("step", Row::stepMs);
        numbers("steps measured", row -> format("%d", row.steps()));
        numbers("samples/s", row -> format("%.1f", row.samplesPerS()));
        numbers("GFLOP/s", row -> format("%.1f", row.gflopPerS()));
        numbers("share of the ceiling", row -> format("%.1f %%", 100 * row.ceilingShare()));
        numbers("peak resident MB", row -> row.peakBytes() == null ? "unknown" : megabytes(row.peakBytes()));
        numbers("resident MB, growth", row -> {
            Double growth = row.residentGrowth();
            return growth == null ? "too few steps" : megabytes(growth);
        });
        numbers("native objects, growth", row -> format("%.0f", row.objectGrowth()));
        return table.toString();
    }

    /** Medians do not add up, so the shares of the phases make 100 % only about. */
    private void times(String name, Function<Row, Quantiles> of) {
        List<Object> cells = new ArrayList<>(List.of(name));
        for (Row row : result.rows()) {
            Quantiles ms = of.apply(row);
            cells.add(format("%.2f", ms.median()));
            cells.add(format("%.2f to %.2f", ms.p5(), ms.p95()));
            cells.add(format("%.1f %%", 100 * ms.median() / row.stepMs().median()));
        }
        table.row(cells.toArray());
    }

    private void numbers(String name, Function<Row, String> of) {
        List<Object> cells = new ArrayList<>(List.of(name));
        result.rows().forEach(row -> cells.addAll(List.of(of.apply(row), "", "")));
        table.row(cells.toArray());
    }

    private String remarks() {
        StringBuilder text = new StringBuilder(format(
                "A step: %d backward passes, %.1f GFLOP of convolutions and matrix products.%n"
                        + "Growth is that of 1000 steps, taken from the later half of the measured ones.%n"
                        + "First step finished %.1f s after the start of the JVM.%n",
                result.backwardPasses(), result.gflopPerStep(), result.secondsToFirstStep()));
        result.ceilings()
                .forEach((precision, ceiling) -> text.append(format(
                        "Ceiling, %s: %.0f GFLOP/s (%s).%n", precision, ceiling.gflopPerS(), ceiling.convolution())));
        return text.toString();
    }

    private static String megabytes(double bytes) {
        return format("%.1f", bytes / MEGA);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
