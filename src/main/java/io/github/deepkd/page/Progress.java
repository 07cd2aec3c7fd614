package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is.
 *
 * @param percent of its epochs, steps of the one under way included
 * @param secondsLeft at the speed of its last epochs; null where nothing is left or no speed is known
 */
public record Progress(
        State state, double percent, @Nullable Double secondsLeft, String text) {

    /** As its events tell. One that was killed told nothing of it, so that it still counts as under way. */
    public enum State {
        UNDER_WAY,
        STOPPED,
        FINISHED
    }

    private static final int SPEED_OF = 5; // epochs

    public static Progress of(RunHistory run) {
        int all = Math.max(1, run.started().path("epochs").asInt());
        double done = done(run);
        double percent = Math.min(100, 100 * done / all);
        if (run.newest("run-finished").isObject()) {
            String took =
                    Text.duration(run.newest("run-finished").path("seconds").asDouble());
            return new Progress(State.FINISHED, percent, null, "finished after " + took);
        }
        String at = Text.format("%.1f of %d epochs", done, all);
        JsonNode stopped = run.newest("run-stopped");
        if (stopped.isObject()) {
            return new Progress(
                    State.STOPPED,
                    percent,
                    null,
                    at + ", stopped: " + stopped.path("why").asText());
        }
        Double seconds = secondsOfEpoch(run);
        Double left = seconds == null ? null : Math.max(0, all - done) * seconds;
        return new Progress(
                State.UNDER_WAY, percent, left, left == null ? at : at + ", about " + Text.duration(left) + " left");
    }

    private static double done(RunHistory run) {
        double epochs = run.epochs().size();
        List<Timeline.Point> steps = run.over("step").points();
        return steps.isEmpty()
                ? epochs
                : Math.max(epochs, steps.get(steps.size() - 1).epoch());
    }

    /** Of the last ones; before there is one, the speed of training alone tells. */
    private static @Nullable Double secondsOfEpoch(RunHistory run) {
        List<EpochDone> epochs = run.epochs();
        if (!epochs.isEmpty()) {
            return epochs.subList(Math.max(0, epochs.size() - SPEED_OF), epochs.size()).stream()
                    .mapToDouble(EpochDone::seconds)
                    .average()
                    .orElseThrow();
        }
        double speed = run.newest("step").path("samples_per_second").asDouble();
        double samples = run.started().path("steps_per_epoch").asDouble()
                * run.started().path("batch_size").asDouble();
        return speed > 0 ? samples / speed : null;
    }
}
