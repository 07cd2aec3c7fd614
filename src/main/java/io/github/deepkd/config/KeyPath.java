package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where in a configuration a value stands, as the user writes it: {@code method.temperature}. Empty is the root. */
record KeyPath(String text) {

    static final KeyPath ROOT = new KeyPath("");

    KeyPath child(String key) {
        return new KeyPath(text.isEmpty() ? key : text + "." + key);
    }

    KeyPath item(int index) {
        return new KeyPath(text + "[" + index + "]");
    }

    /** The given value as a mapping. */
    Map<?, ?> mapping(@Nullable Object given) {
        if (given instanceof Map<?, ?> map) {
            return map;
        }
        throw expected("a mapping of keys to values", given);
    }

    BadInput expected(String what, @Nullable Object found) {
        return refused("expected " + what + ", found " + describe(found));
    }

    BadInput refused(String message) {
        return new BadInput(inFront(message));
    }

    String inFront(String message) {
        return text.isEmpty() ? message : text + ": " + message;
    }

    private static String describe(@Nullable Object found) {
        if (found == null) {
            return "nothing";
        }
        if (found instanceof Map) {
            return "a mapping";
        }
        if (found instanceof List) {
            return "a list";
        }
        return found instanceof String ? "'" + found + "'" : found.toString();
    }
}
