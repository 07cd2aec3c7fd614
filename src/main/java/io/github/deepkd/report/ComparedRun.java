package io.github.deepkd.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.report.RunEvent.EpochDone;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished run of a comparison.
 *
 * @param commit of the build that ran it, the last one where it was resumed
 * @param teacherTop1 null without a teacher
 */
public record ComparedRun(
        String variant,
        long seed,
        @JsonUnwrapped Score score,
        String commit,
        @Nullable Double teacherTop1) {

    /**
     * Reads the run's events.
     *
     * @param meanOf the last epochs whose mean is taken
     * @throws BadInput where they are not those of a run that was trained
     */
    public static ComparedRun read(String variant, long seed, Path events, int meanOf) {
        JsonNode started = last(events, "run-started");
        List<EpochDone> epochs = JsonLines.epochs(events);
        if (epochs.isEmpty()) {
            throw new BadInput(events + " tells of no epoch: let the run go on, or do it again");
        }
        JsonNode teacher = started.path("teacher_top1");
        return new ComparedRun(
                variant,
                seed,
                Score.of(epochs, meanOf),
                started.path("commit").asText(),
                teacher.isNumber() ? teacher.asDouble() : null);
    }

    private static JsonNode last(Path events, String name) {
        return JsonLines.read(events).stream()
                .filter(event -> event.path("event").asText().equals(name))
                .reduce((a, b) -> b)
                .orElseThrow(
                        () -> new BadInput(events + " tells of no " + name + ": let the run go on, or do it again"));
    }
}
