package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a run that is trained here: what is saved, what is watched for. */
final class TrainOptions extends SeededRunOptions {

    private static final Pattern INTERVAL = Pattern.compile("(\\d+)|(\\d+(?:\\.\\d+)?)m");

    @Option(
            names = "--checkpoint-every",
            paramLabel = "STEPS|MINUTESm",
            description =
                    "How often to save within an epoch, such as 500 or 10m (the default); 0 for after epochs only.")
    private @Nullable String checkpointEvery;

    @Option(
            names = "--check-every",
            paramLabel = "STEPS",
            description = "How often to look for NaN and infinity in gradients and weights.")
    private @Nullable Integer checkEvery;

    @Option(
            names = "--on-nonfinite",
            paramLabel = "WHAT",
            description = "stop (the default), or skip the step whose losses or gradients are NaN or infinite.")
    private @Nullable String onNonfinite;

    @Option(
            names = "--deterministic",
            description = "Refuse what may give other bits each time, and tell what the bits depend on.")
    private @Nullable Boolean deterministic;

    @Option(
            names = "--tensorboard",
            description = "Also write the run's curves for TensorBoard: tensorboard --logdir RUN/tensorboard.")
    private @Nullable Boolean tensorboard;

    @Override
    Map<String, Object> flags() {
        Map<String, Object> flags = super.flags();
        put(flags, "checkpoints", checkpointEvery == null ? null : interval(checkpointEvery));
        put(flags, "check-every", checkEvery);
        put(flags, "on-nonfinite", onNonfinite);
        put(flags, "deterministic", deterministic);
        put(flags, "tensorboard", tensorboard);
        return flags;
    }

    private static Map<String, Object> interval(String text) {
        Matcher interval = INTERVAL.matcher(text);
        if (!interval.matches()) {
            throw new BadInput("--checkpoint-every " + text + ": expected steps, such as 500, or minutes, such as 10m");
        }
        try {
            return interval.group(1) == null
                    ? Map.of("every-steps", 0, "every-minutes", Double.valueOf(interval.group(2)))
                    : Map.of("every-steps", Integer.valueOf(interval.group(1)), "every-minutes", 0);
        } catch (NumberFormatException e) {
            throw new BadInput("--checkpoint-every " + text + ": that is further than a run can go", e);
        }
    }
}
