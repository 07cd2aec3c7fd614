package io.github.deepkd.page;

import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.Text;
import java.util.List;

/**
 * The runs of a folder.
 *
 * @param folder its name, for people
 * @param rows a run each
 */
public record RunList(String folder, List<Row> rows) {

    /** One run, its numbers as text. */
    public record Row(
            String name, String recipe, String seed, String top1, String best, String progress, String percent) {

        public static Row of(RunHistory run) {
            Progress progress = Progress.of(run);
            List<EpochDone> epochs = run.epochs();
            EpochDone last = epochs.isEmpty() ? null : epochs.get(epochs.size() - 1);
            return new Row(
                    run.name(),
                    run.started().path("recipe").asText("?"),
                    Long.toString(run.seed()),
                    last == null ? "" : Text.format("%.2f", last.testTop1()),
                    last == null ? "" : Text.format("%.2f", last.bestTop1()),
                    progress.text(),
                    Text.format("%.1f", progress.percent()));
        }
    }

    boolean empty() {
        return rows.isEmpty();
    }
}
