package io.github.deepkd.config;

import io.github.deepkd.Spelling;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** How names are written in a configuration, and which known name a misspelt one was meant to be. */
final class Names {

    private Names() {}

    /** {@code ceWeight} is written {@code ce-weight}. */
    static String ofComponent(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** {@code NON_TARGET} is written {@code non-target}. */
    static String ofConstant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The end of a message about an unknown name: {@code ; did you mean 'alpha'? known: alpha, beta}. */
    static String hint(String unknown, Collection<String> known) {
        String guess = nearest(unknown, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse(";");
        return guess + " known: " + String.join(", ", known);
    }

    /** The known name at most two edits, or a quarter of its length, away; empty when nothing is that near. */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        String written = ofComponent(unknown).replace('_', '-');
        return known.stream()
                .filter(name -> isNear(Spelling.edits(written, name), name))
                .min(Comparator.comparingInt(name -> Spelling.edits(written, name)));
    }

    private static boolean isNear(int edits, String name) {
        return edits < name.length() && edits <= Math.max(2, name.length() / 4);
    }
}
