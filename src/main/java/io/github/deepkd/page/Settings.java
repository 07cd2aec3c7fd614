package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The runs' effective configurations, key by key. */
final class Settings {

    private Settings() {}

    /** A setting in every run; {@code –} where it has none. */
    record Row(String key, List<String> values) {}

    /** Those that differ between the runs. */
    static List<Row> differing(List<RunHistory> runs) {
        List<Map<String, String>> settings =
                runs.stream().map(run -> flat(run.configuration())).toList();
        TreeSet<String> keys = new TreeSet<>();
        settings.forEach(each -> keys.addAll(each.keySet()));
        return keys.stream()
                .map(key -> new Row(
                        key,
                        settings.stream()
                                .map(each -> each.getOrDefault(key, "–"))
                                .toList()))
                .filter(row -> row.values().stream().distinct().count() > 1)
                .toList();
    }

    /** Nested keys with dots between them, values as JSON has them, text without its quotes. */
    static Map<String, String> flat(JsonNode configuration) {
        Map<String, String> settings = new TreeMap<>();
        flatten("", configuration, settings);
        return settings;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        node.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(prefix + entry.getKey() + ".", value, into);
            } else {
                into.put(prefix + entry.getKey(), value.isTextual() ? value.asText() : value.toString());
            }
        });
    }
}
