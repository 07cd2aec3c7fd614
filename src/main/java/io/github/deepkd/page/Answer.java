package io.github.deepkd.page;

import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.Comparison;
import io.github.deepkd.report.Comparison.Measures;
import io.github.deepkd.report.PairedTest;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.Spread;
import io.github.deepkd.report.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the runs came to: sentences, and a table with a row for each variant. Accuracies are top-1 on the test images in
 * percent; {@code last} is that after the last epoch, for no epoch was picked for it.
 *
 * @param against the variant that the others are held against
 */
record Answer(List<String> sentences, String against, List<Row> rows) {

    /** One variant, its numbers as text. */
    record Row(
            String name,
            String method,
            String runs,
            String last,
            String best,
            String mean,
            String difference,
            String teacher,
            String size,
            String time) {}

    static Answer of(List<RunHistory> runs) {
        // The others are held against plain training where there is one.
        List<Variant> variants = Variant.of(runs).stream()
                .sorted(Comparator.comparing(Variant::hasTeacher))
                .toList();
        List<ComparedRun> compared =
                variants.stream().flatMap(v -> v.compared().stream()).toList();
        Comparison comparison =
                new Comparison("", variants.stream().map(Variant::name).toList(), compared);
        Map<String, Measures<Spread>> spreads = comparison.spreads();
        Map<String, Measures<PairedTest>> tests = comparison.tests();
        String first = variants.get(0).name();
        List<String> sentences = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (Variant variant : variants) {
            Measures<Spread> top1 = spreads.get(variant.name());
            Measures<PairedTest> test = tests.get(variant.name());
            sentences.add(sentence(variant, top1, test, first));
            rows.add(row(variant, top1, test));
        }
        return new Answer(sentences, first, rows);
    }

    private static String sentence(
            Variant variant, @Nullable Measures<Spread> top1, @Nullable Measures<PairedTest> test, String first) {
        if (top1 == null) {
            return variant.name() + " has done no epoch yet.";
        }
        String state = variant.finished() ? "" : " so far";
        return variant.name() + " has " + top1(top1.last()) + " top-1" + state + toTeacher(variant, top1.last()) + "."
                + (test == null ? "" : " " + gain(test.last(), first));
    }

    private static String top1(Spread spread) {
        return spread.std() == null
                ? Text.percent(spread.mean())
                : Text.format(
                        "%.2f ± %.2f %% (mean ± standard deviation of %d seeds)",
                        spread.mean(), spread.std(), spread.n());
    }

    private static String toTeacher(Variant variant, Spread last) {
        Double teacher = variant.teacherTop1();
        if (teacher == null) {
            return "";
        }
        double below = teacher - last.mean();
        return Text.format(
                "; its teacher has %.2f %%, %.2f points %s", teacher, Math.abs(below), below >= 0 ? "more" : "less");
    }

    private static String gain(PairedTest test, String first) {
        Spread difference = test.difference();
        String points = Text.format(
                "%.2f points %s %s", Math.abs(difference.mean()), difference.mean() >= 0 ? "above" : "below", first);
        if (difference.margin() == null) {
            return "That is " + points + " at the one seed that both have: too few to tell it from chance.";
        }
        return Text.format(
                "That is %s over %d shared seeds (95 %% interval %+.2f to %+.2f%s).",
                points,
                difference.n(),
                difference.low(),
                difference.high(),
                test.p() == null ? "" : Text.format(", paired t-test p = %.3g", test.p()));
    }

    private static Row row(Variant variant, @Nullable Measures<Spread> top1, @Nullable Measures<PairedTest> test) {
        Double teacher = variant.teacherTop1();
        return new Row(
                variant.name(),
                Text.setting(Json.plain(variant.first().configuration().path("method")))
                        + ", momenta "
                        + Text.setting(
                                Json.plain(variant.first().configuration().path("momenta"))),
                variant.runs().size() + (variant.finished() ? "" : ", under way"),
                top1 == null ? "" : spread(top1.last()),
                top1 == null ? "" : spread(top1.best()),
                top1 == null ? "" : spread(top1.mean()),
                test == null
                        ? ""
                        : Text.format("%+.2f", test.last().difference().mean()),
                teacher == null ? "" : Text.format("%.2f", teacher),
                size(variant.first()),
                Text.duration(
                        variant.runs().stream().mapToDouble(Answer::seconds).sum()));
    }

    private static String spread(Spread spread) {
        return spread.std() == null
                ? Text.format("%.2f", spread.mean())
                : Text.format("%.2f ± %.2f", spread.mean(), spread.std());
    }

    private static String size(RunHistory run) {
        long student = run.started().path("student_parameters").asLong();
        long teacher = run.started().path("teacher_parameters").asLong();
        return teacher == 0
                ? Text.format("%,d", student)
                : Text.format("%,d (%.0f %% of the teacher's)", student, 100.0 * student / teacher);
    }

    private static double seconds(RunHistory run) {
        return run.epochs().stream().mapToDouble(EpochDone::seconds).sum();
    }
}
