package io.github.deepkd.mdistiller;

import io.github.deepkd.config.Yaml;
import io.github.deepkd.loss.Component;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.report.Text;
import io.github.deepkd.report.TextTable;
import io.github.deepkd.train.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A file told to its reader: what it means here, what was mended, what has no effect. The explanation is YAML's comment
 * and the recipe its content, so the whole is a recipe file.
 */
public final class Explanation {

    private final List<String> lines = new ArrayList<>();

    private Explanation() {}

    /**
     * The file as a recipe, explained.
     *
     * @param run the configuration of this run, which flags may have changed
     */
    public static String of(ImportedFile file, RunConfig run) {
        Explanation explanation = new Explanation();
        explanation.origin(file);
        explanation.settings(file.config());
        explanation.momenta(file.config(), run);
        explanation.remarks(file.translation());
        String comments = explanation.lines.stream()
                .map(line -> ("# " + line.replaceAll("\\p{Cntrl}", " ")).stripTrailing() + "\n")
                .collect(Collectors.joining());
        return comments + Yaml.dump(file.translation().recipe());
    }

    private void origin(ImportedFile file) {
        lines.add(file.path() + ": " + file.translation().origin().about() + ", read with semantics "
                + file.semantics().name().toLowerCase(Locale.ROOT));
    }

    private void settings(RunConfig config) {
        Map<String, Object> settings = config.toMap();
        add("method", setting(settings, "method"));
        if (config.method().needsTeacher()) {
            add("teacher", config.teacher().model() + ", from the file that --set teacher.weights=FILE names");
        }
        add("student", config.student().model());
        add("data", "of the kind " + config.data().kind() + ", in the folder that --set data.directory=DIR names");
        add("training", config.epochs() + " epochs of batches of " + config.batchSize());
        add("learning rate", setting(settings, "learning-rate"));
        add("mask", setting(settings, "mask") + (config.standardize() ? "; logits standardised" : ""));
        lines.add("");
    }

    private static String setting(Map<String, Object> settings, String key) {
        return Text.setting(Objects.requireNonNull(settings.get(key)));
    }

    private void add(String what, String value) {
        lines.add(String.format(Locale.ROOT, "%-14s %s", what, value));
    }

    /** Nominal is what the file says; in effect is what the optimiser of this run does. */
    private void momenta(RunConfig file, RunConfig run) {
        Momenta nominal = nominal(file.momenta());
        TextTable table =
                new TextTable("component", "momentum: nominal", "in effect", "weight decay: nominal", "in effect");
        for (Component component : run.method().components()) {
            table.row(
                    named(component),
                    Text.plain(nominal.of(component)),
                    Text.plain(run.momenta().of(component)),
                    decay(file, nominal, component),
                    decay(run, run.momenta(), component));
        }
        table.toString().lines().forEach(lines::add);
        lines.add("");
    }

    private static String named(Component component) {
        return switch (component) {
            case TASK -> "task (TOG)";
            case TARGET -> "target (TCG)";
            case NON_TARGET -> "non-target (NCG)";
        };
    }

    private static Momenta nominal(Momenta momenta) {
        return momenta instanceof Momenta.DeepKdAuthors as
                ? new Momenta.DeepKd(as.mu(), as.deltaTask(), as.deltaTarget(), as.deltaNonTarget())
                : momenta;
    }

    private static String decay(RunConfig config, Momenta momenta, Component component) {
        return component == momenta.decayed() ? Text.plain(config.weightDecay()) : "0";
    }

    private void remarks(Translation translation) {
        int before = lines.size();
        translation.mends().forEach(mend -> lines.add("mended: " + mend.text()));
        translation.notes().forEach(note -> lines.add("note: " + note));
        ignored("ignored, names, logging and loading: ", translation.unread(), entry -> isAside(entry.getKey()));
        ignored(
                "ignored, not read by their code for this method and trainer: ",
                translation.unread(),
                entry -> !isAside(entry.getKey()));
        if (lines.size() > before) {
            lines.add("");
        }
    }

    private static boolean isAside(String key) {
        return key.matches("(LOG|EXPERIMENT|DATASET)\\..*") && !key.equals("EXPERIMENT.LOGIT_STAND");
    }

    private void ignored(String why, Map<String, Object> unread, Predicate<Map.Entry<String, Object>> which) {
        String keys = unread.entrySet().stream()
                .filter(which)
                .map(entry -> isAside(entry.getKey()) || entry.getValue() instanceof Map
                        ? entry.getKey()
                        : entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        if (!keys.isEmpty()) {
            lines.add(why + keys);
        }
    }
}
