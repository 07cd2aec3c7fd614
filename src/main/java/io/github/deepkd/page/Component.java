package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A part of the student's gradient in a run, as it is set.
 *
 * @param momentum mu
 * @param amplification what a steady gradient comes to: 1 / (1 - mu)
 */
record Component(String run, String name, String momentum, String amplification, String gain, String weightDecay) {

    static List<Component> of(List<RunHistory> runs) {
        List<Component> components = new ArrayList<>();
        for (RunHistory run : runs) {
            JsonNode started = run.started();
            for (JsonNode named : started.path("components")) {
                String name = Objects.requireNonNull(named.asText());
                double mu = started.path("momenta").path(name).asDouble();
                components.add(new Component(
                        run.name(),
                        name,
                        Numbers.text(mu),
                        Numbers.text(1 / (1 - mu)),
                        Numbers.text(started.path("gains").path(name).asDouble()),
                        Numbers.text(started.path("weight_decay").path(name).asDouble())));
            }
        }
        return components;
    }
}
