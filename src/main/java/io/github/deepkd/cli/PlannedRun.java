package io.github.deepkd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a comparison.
 *
 * @param recipe with its variant, as {@code train} takes it
 * @param options as {@code train} takes them
 */
record PlannedRun(String variant, String recipe, RunConfig config, RunFolder folder, List<String> options) {

    String name() {
        return variant + " seed " + config.seed();
    }

    boolean begun() {
        return Files.exists(folder.configuration());
    }

    /** Refuses a folder whose run has other settings. */
    void check() {
        if (begun()) {
            folder.requireSame(config);
        }
    }

    boolean finished() {
        if (!begun() || epochsTold() != config.epochs()) {
            return false;
        }
        List<JsonNode> events = JsonLines.read(folder.events());
        return events.get(events.size() - 1).path("event").asText().equals("run-finished");
    }

    /** Epochs in the file of events; a run that is resumed may do the last of them again. */
    int epochsTold() {
        return Files.exists(folder.events()) ? JsonLines.epochs(folder.events()).size() : 0;
    }

    ComparedRun result() {
        return ComparedRun.read(variant, config.seed(), folder.events(), config.meanOf());
    }

    /** The command line that trains or goes on. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("train", recipe));
        arguments.addAll(options);
        arguments.addAll(List.of("--seed", Long.toString(config.seed())));
        arguments.addAll(List.of("--output", folder.path().toString()));
        if (begun()) {
            arguments.add("--resume");
        }
        return arguments;
    }
}
