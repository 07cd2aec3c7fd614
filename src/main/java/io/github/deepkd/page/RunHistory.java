package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.RunEvent.EpochDone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the events of one run come to so far. For one thread at a time. */
public final class RunHistory {

    private final String name;
    private final List<EpochDone> epochs = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Timeline> timelines = new HashMap<>();
    private final Map<String, JsonNode> newest = new HashMap<>();

    /** @param name for people */
    public RunHistory(String name) {
        this.name = name;
    }

    /**
     * Reads a whole file.
     *
     * @throws BadInput where it cannot be read or tells of no run
     */
    public static RunHistory read(String name, Path events) {
        RunHistory history = new RunHistory(name);
        for (JsonNode event : JsonLines.read(events)) {
            try {
                history.on(event);
            } catch (BadInput e) {
                throw new BadInput(events + ": " + e.getMessage(), e);
            }
        }
        if (!history.begun()) {
            throw new BadInput(events + " tells of no run: give the folder of one that deepkd train has started");
        }
        return history;
    }

    /**
     * Takes the next event; one of an unknown kind changes nothing.
     *
     * @throws BadInput where it is not what an event of its kind must be
     */
    public void on(JsonNode event) {
        String kind = event.path("event").asText();
        switch (kind) {
            case "run-started" -> {
                newest.remove("run-stopped");
                newest.remove("run-finished");
            }
            case "run-resumed" -> resume(at(event));
            case "epoch" -> onEpoch(event);
            case "step", "gradients", "predictions", "momenta" -> timeline(kind).add(at(event), Numbers.of(event));
            case "evaluation" -> kind = onEvaluation(event);
            case "warning" ->
                warnings.add("epoch " + event.path("epoch").asText() + ": "
                        + event.path("what").asText());
            case "step-skipped" ->
                warnings.add("epoch " + event.path("epoch").asText() + ", step "
                        + event.path("step").asText() + " skipped: "
                        + event.path("what").asText());
            default -> {}
        }
        newest.put(kind, event);
    }

    private void onEpoch(JsonNode event) {
        EpochDone epoch = JsonLines.epoch(name, event);
        epochs.removeIf(earlier -> earlier.epoch() >= epoch.epoch());
        epochs.add(epoch);
        timeline("epoch").add(epoch.epoch(), Numbers.of(event));
    }

    private String onEvaluation(JsonNode event) {
        if (event.path("network").asText().equals("teacher")) {
            return "teacher-evaluation";
        }
        timeline("evaluation").add(event.path("epoch").asInt(), Numbers.of(event));
        return "evaluation";
    }

    /** A checkpoint holds whole epochs and steps of the next; so does its event. */
    private void resume(double done) {
        double epochsDone = done + 1;
        timelines.values().forEach(timeline -> timeline.voidAfter(epochsDone));
        epochs.removeIf(epoch -> epoch.epoch() > epochsDone);
    }

    /** Epochs done by this step. */
    private double at(JsonNode event) {
        double steps = Math.max(1, started().path("steps_per_epoch").asDouble());
        return event.path("epoch").asDouble() - 1 + event.path("step").asDouble() / steps;
    }

    private Timeline timeline(String kind) {
        return timelines.computeIfAbsent(kind, k -> new Timeline());
    }

    public String name() {
        return name;
    }

    /** Whether anything was told that a page can show. */
    public boolean begun() {
        return started().isObject();
    }

    /** The run's first event, of the last process; missing before it was told. */
    public JsonNode started() {
        return newest("run-started");
    }

    /** The newest event of a kind; {@code teacher-evaluation} for the teacher's. Missing where there is none. */
    JsonNode newest(String kind) {
        return newest.getOrDefault(kind, MissingNode.getInstance());
    }

    /** Of the kinds that have a time; without points where nothing was told. */
    Timeline over(String kind) {
        return Objects.requireNonNullElseGet(timelines.get(kind), Timeline::new);
    }

    /** Those done, as they were done last. */
    public List<EpochDone> epochs() {
        return Collections.unmodifiableList(epochs);
    }

    /** Tells whoever reads the run's page, too. */
    public void warn(String what) {
        warnings.add(what);
    }

    List<String> warnings() {
        return warnings;
    }

    long seed() {
        return started().path("seed").asLong();
    }

    JsonNode configuration() {
        return started().path("configuration");
    }

    /** The class of a label by its name, where names were told. */
    String className(int label) {
        return started().path("class_names").path(label).asText("class " + label);
    }
}
