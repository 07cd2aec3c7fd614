package io.github.deepkd.config;

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
                .filter(name -> isNear(edits(written, name), name))
                .min(Comparator.comparingInt(name -> edits(written, name)));
    }

    private static boolean isNear(int edits, String name) {
        return edits < name.length() && edits <= Math.max(2, name.length() / 4);
    }

    /** Levenshtein distance: insertions, deletions and substitutions from one to the other. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
