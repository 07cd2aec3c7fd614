package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.Answers;
import io.github.deepkd.report.RunEvent.RunStarted;
import org.jspecify.annotations.Nullable;

/** The block of lines at a run's start: what is distilled from what, with which data, method and momenta. */
final class Headline {

    private final StringBuilder lines = new StringBuilder();

    private Headline() {}

    static String of(RunStarted run) {
        Headline block = new Headline();
        block.lines.append(Text.format(
                "deepkd %s, libtorch %s, %s %s, %d threads, seed %d%n",
                run.version(), run.libtorch(), run.device(), run.precision(), run.threads(), run.seed()));
        block.line("recipe", run.recipe());
        if (run.teacherParameters() > 0) {
            String top1 = run.teacherTop1() == null ? "" : ", top-1 " + Text.percent(run.teacherTop1());
            block.setting("teacher", run, parameters(run.teacherParameters()) + top1);
        }
        if (run.answers() != null) {
            block.line("teacher", about(run.answers()));
        }
        block.setting("student", run, parameters(run.studentParameters()));
        block.setting("data", run, "");
        block.setting("method", run, "");
        block.line("momenta", Text.numbers(run.momenta()));
        block.line(
                "training",
                Text.format("%d epochs of %d steps, batch %d", run.epochs(), run.stepsPerEpoch(), run.batchSize()));
        return block.lines.toString();
    }

    private static String about(Answers answers) {
        return Text.format(
                "stored answers of %s in %s, %d views of each image (seed %d), %s",
                answers.settings().getOrDefault("teacher.model", "a teacher"),
                answers.folder(),
                answers.views(),
                answers.seed(),
                answers.top() == 0 ? "all logits" : "the label's and the " + answers.top() + " largest other logits");
    }

    private static String parameters(long count) {
        return Text.format(", %,d parameters", count);
    }

    /** What the configuration says under this key, where it says anything. */
    private void setting(String key, RunStarted run, String more) {
        @Nullable Object value = run.configuration().get(key);
        if (value != null) {
            line(key, Text.setting(value) + more);
        }
    }

    private void line(String name, String value) {
        lines.append(Text.format("  %-10s%s%n", name, value));
    }
}
