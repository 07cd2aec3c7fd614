package io.github.deepkd.export;

import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.Spread;
import io.github.deepkd.report.Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A model card (Mitchell et al. 2019): what a student is, where it came from and how good it is, as Markdown. */
public final class ModelCard {

    private static final String FILE = "README.md";
    private static final int NAMES_TOLD = 20;

    private final StringBuilder text = new StringBuilder();

    private ModelCard() {}

    /**
     * Writes the card beside the exported files, unless there is a file of its name, which may have been filled in.
     *
     * @param speeds one line each
     * @return whether it was written
     */
    public static boolean write(
            Path folder,
            TrainedRun run,
            StudentInfo info,
            long parameters,
            List<ExportedFile> files,
            List<String> speeds) {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            return false;
        }
        ModelCard card = new ModelCard();
        card.title(info);
        card.facts(run, info, parameters, speeds);
        card.files(files);
        card.toFillIn(run);
        Exporter.write(file, card.text.toString().getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private void title(StudentInfo info) {
        line("# %s, a classifier of %s".formatted(info.model(), info.origin().getOrDefault("data", "images")));
        line("");
        line(
                "Trained and exported by deepkd %s (%s). Numbers are those of the run; what only you know is to be filled in."
                        .formatted(info.version(), info.origin().getOrDefault("deepkd_commit", "unknown")));
        line("");
    }

    private void facts(TrainedRun run, StudentInfo info, long parameters, List<String> speeds) {
        line("| | |");
        line("|---|---|");
        Map<String, String> origin = info.origin();
        row("data", origin.getOrDefault("data", "unknown") + dataHash(run));
        row("classes", classes(info.classNames()));
        row("images", images(info));
        row("recipe", origin.getOrDefault("recipe", "unknown"));
        row("method", run.setting("method"));
        row("momenta", run.setting("momenta"));
        row("mask", run.setting("mask"));
        row("teacher", run.teacher());
        row("training", training(run));
        accuracy(run);
        row("parameters", String.format(Locale.ROOT, "%,d", parameters));
        speeds.forEach(speed -> row("speed", speed));
        line("");
    }

    private static String dataHash(TrainedRun run) {
        String hash = run.started().path("data_hash").asText("");
        return hash.isEmpty() ? "" : " (SHA-256 " + hash.substring(0, Math.min(16, hash.length())) + "…)";
    }

    private static String classes(List<String> names) {
        String told = names.stream().limit(NAMES_TOLD).collect(Collectors.joining(", "));
        return names.size() + ": " + told + (names.size() > NAMES_TOLD ? ", …" : "");
    }

    private static String images(StudentInfo info) {
        return "%d x %d x %d (channels, height, width), values in [0, 1], minus mean %s, divided by std %s%s"
                .formatted(
                        info.shape().channels(),
                        info.shape().height(),
                        info.shape().width(),
                        info.normalization().mean(),
                        info.normalization().std(),
                        info.normalizes() ? "; the ONNX and TorchScript files do the last two themselves" : "");
    }

    private static String training(TrainedRun run) {
        return "%d epochs, batch size %d, learning rate %s, weight decay %s, %s, seed %d"
                .formatted(
                        run.config().epochs(),
                        run.config().batchSize(),
                        run.setting("learning-rate"),
                        Text.plain(run.config().weightDecay()),
                        run.config().precision().name().toLowerCase(Locale.ROOT),
                        run.config().seed());
    }

    private void accuracy(TrainedRun run) {
        if (run.epochs().isEmpty()) {
            row("test accuracy", "not recorded");
            return;
        }
        EpochDone last = run.epochs().get(run.epochs().size() - 1);
        row(
                "test accuracy",
                percent("top-1 %.2f %%, top-5 %.2f %%, after the last epoch", last.testTop1(), last.testTop5())
                        + percent("; best of all epochs %.2f %%, chosen on the test images", last.bestTop1()));
        Seeds.spread(run).ifPresent(spread -> row("over seeds", seeds(spread)));
    }

    private static String seeds(Spread spread) {
        double std = spread.std() == null ? 0 : spread.std();
        return percent(
                "top-1 %.2f ± %.2f %% after the last epoch (mean ± standard deviation, n = %d)",
                spread.mean(), std, spread.n());
    }

    private static String percent(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void files(List<ExportedFile> files) {
        line("| file | bytes | largest difference from the student | top-1 % | |");
        line("|---|---|---|---|---|");
        files.forEach(file -> line("| %s | %s | %s | %s | %s |"
                .formatted(
                        file.file().getFileName(),
                        percent("%,d", file.bytes()),
                        file.difference() == null ? "the same weights" : percent("%.1e", file.difference()),
                        file.top1() == null ? "" : percent("%.2f", file.top1()),
                        file.about())));
        line("");
        line("Differences are shares of the largest logit.");
        line("");
    }

    private void toFillIn(TrainedRun run) {
        line("## Licence");
        line("");
        line("- of these weights: (fill in)");
        line("- of the training data: (fill in)");
        if (!run.teacher().equals("none")) {
            line("- of the teacher's weights: (fill in)");
        }
        line("");
        line("## Use and limits");
        line("");
        line("- meant for: (fill in)");
        line("- not to be used for: (fill in)");
        line("- known weaknesses, such as classes or groups that it tells badly: (fill in)");
    }

    private void row(String name, String value) {
        line("| " + name + " | " + value.replace("|", "\\|") + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
