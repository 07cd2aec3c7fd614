package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks and copies what a YAML document holds, aliases unfolded: maps with text keys, lists, text, numbers and so on. */
final class PlainValues {

    /** Values in a document, those of an alias counted each time; a recipe has some hundreds. */
    private static final int MOST = 200_000;

    private final String source;

    /** The collections that the value being read stands in, told apart by identity. */
    private final Set<Object> ancestors = Collections.newSetFromMap(new IdentityHashMap<>());

    private int count;

    PlainValues(String source) {
        this.source = source;
    }

    Map<String, @Nullable Object> mapping(Map<?, ?> map) {
        enter(map);
        Map<String, @Nullable Object> checked = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new BadInput(source + ": key " + key + " is not text; put it in quotes");
            }
            checked.put(name, value(value));
        });
        ancestors.remove(map);
        return checked;
    }

    @Nullable
    Object value(@Nullable Object value) {
        if (++count > MOST) {
            throw new BadInput(source + ": more than " + MOST + " values, those of aliases counted each time");
        }
        if (value instanceof Map<?, ?> map) {
            return mapping(map);
        }
        if (value instanceof List<?> list) {
            enter(list);
            List<@Nullable Object> checked = new ArrayList<>();
            list.forEach(item -> checked.add(value(item)));
            ancestors.remove(list);
            return checked;
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new BadInput(source + ": expected text, numbers, lists and mappings only, found a tagged value");
    }

    private void enter(Object collection) {
        if (!ancestors.add(collection)) {
            throw new BadInput(source + ": an alias refers to what it stands in");
        }
    }
}
