package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.config.Yaml;
import java.util.ArrayList;
import java.util.List;

/**
 * What it takes to do a run again.
 *
 * @param command to be run where the configuration was saved as {@code file}
 * @param configuration YAML, effective, defaults included
 */
record Reproduction(
        String run, String file, String command, List<Fact> facts, String configuration, List<String> warnings) {

    record Fact(String name, String value) {}

    static Reproduction of(RunHistory run) {
        JsonNode started = run.started();
        String name = run.name().replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
        String file = name + ".yaml";
        // Other threads round otherwise, and 0 leaves their number to the machine.
        String command =
                "deepkd train " + file + " --threads " + started.path("threads").asInt() + " --output runs/" + name;
        return new Reproduction(
                run.name(), file, command, facts(started), Yaml.dump(Json.map(run.configuration())), run.warnings());
    }

    private static List<Fact> facts(JsonNode started) {
        List<Fact> facts = new ArrayList<>();
        for (String key : List.of(
                "recipe", "version", "commit", "java", "libtorch", "os", "device", "precision", "threads", "seed")) {
            facts.add(new Fact(key, started.path(key).asText("?")));
        }
        facts.add(new Fact("data (SHA-256)", started.path("data_hash").asText("?")));
        JsonNode answers = started.path("answers");
        if (answers.isObject()) {
            facts.add(new Fact("stored answers", answers.path("folder").asText()));
        }
        return facts;
    }
}
