package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.mdistiller.Mend.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges a file into its defaults as yacs does: an unknown key and a value of another type are refused, unless what
 * was meant is plain.
 */
final class Yacs {

    /** Sections of methods that deepkd does not have; nothing in them is looked at. */
    private static final Set<String> OTHERS =
            Set.of("AT", "RKD", "FITNET", "KDSVD", "OFD", "NST", "PKT", "SP", "VID", "CRD", "REVIEWKD");

    /** Sections without effect on what is computed. */
    private static final Set<String> ASIDE = Set.of("EXPERIMENT", "LOG");

    /** Names that keys and sections had before they got their present ones. */
    private static final Map<String, String> RENAMED = Map.of(
            "SOLVER.LR_POLICY", "LR_COS",
            "SOLVER.DKDOT", "DEEPKD",
            "SOLVER.DEEPKD.DELTA_TASK", "DELTA_TOG",
            "SOLVER.DEEPKD.DELTA_TCKD", "DELTA_TCG",
            "SOLVER.DEEPKD.DELTA_NCKD", "DELTA_NCG");

    private final Map<String, Object> given = new LinkedHashMap<>();
    private final List<Mend> mends = new ArrayList<>();

    private Yacs() {}

    /**
     * @param source what messages of the YAML reader call the text
     * @throws BadInput naming the key at fault
     */
    static YacsFile merge(String source, String text) {
        return merge(Yaml.parse(source, text));
    }

    static YacsFile merge(Map<String, @Nullable Object> file) {
        Yacs yacs = new Yacs();
        Map<String, @Nullable Object> defaults = defaults();
        yacs.section("", file, defaults);
        Map<String, Object> flat = new LinkedHashMap<>();
        flatten("", defaults, flat);
        YacsFile merged = new YacsFile(yacs.given, flat, yacs.mends);
        return merged.over(Origin.of(merged).defaults());
    }

    private void section(String prefix, Map<?, ?> file, Map<?, ?> defaults) {
        file.forEach((name, value) -> {
            String key = prefix + name;
            String renamed = defaults.containsKey(name) ? null : RENAMED.get(key);
            if (renamed != null) {
                requireOne(key, renamed, file);
                mends.add(new Mend(Cause.KEY, key + " is read as " + renamed + ", its present name"));
                entry(prefix + renamed, value, defaults.get(renamed));
            } else if (defaults.containsKey(name)) {
                entry(key, value, defaults.get(name));
            } else {
                unknown(prefix, key, value, defaults);
            }
        });
    }

    private static void requireOne(String key, String renamed, Map<?, ?> file) {
        if (file.containsKey(renamed)) {
            throw new BadInput(key + " is an earlier name of " + renamed + ", and the file has both: leave one out");
        }
    }

    private void unknown(String prefix, String key, @Nullable Object value, Map<?, ?> defaults) {
        if (prefix.isEmpty() && OTHERS.contains(key)) {
            given.put(key, Objects.requireNonNullElse(value, ""));
        } else if (ASIDE.contains(key.split("\\.", 2)[0])) {
            mends.add(new Mend(Cause.KEY, key + " is unknown and left out; it has no effect on training"));
        } else {
            String place = prefix.isEmpty() ? "the sections are " : "known there: ";
            throw new BadInput("unknown key " + key + "; " + place + names(defaults));
        }
    }

    private static String names(Map<?, ?> defaults) {
        return String.join(", ", defaults.keySet().stream().map(String::valueOf).toList());
    }

    private void entry(String key, @Nullable Object value, @Nullable Object byDefault) {
        if (!(byDefault instanceof Map<?, ?> inner)) {
            given.put(key, typed(key, value, Objects.requireNonNull(byDefault)));
        } else if (value instanceof Map<?, ?> section) {
            section(key + ".", section, inner);
        } else if (value == null) {
            mends.add(new Mend(Cause.TYPE, key + " is empty: taken as left out"));
        } else {
            throw new BadInput(key + " must be a section of keys, found '" + value + "'");
        }
    }

    /** The value as its default's type. Text that spells a number, a truth value or a list is one, to yacs as well. */
    private Object typed(String key, @Nullable Object value, Object byDefault) {
        if (value == null || value instanceof Map) {
            throw new BadInput(key + " must be " + kind(byDefault) + ", found "
                    + (value == null ? "nothing: leave the key out or give it a value" : "a section of keys"));
        }
        if (byDefault instanceof String) {
            return value.toString();
        }
        Object spelt = value instanceof String text ? spelt(text) : value;
        if (byDefault instanceof Number && spelt instanceof Number number && Double.isFinite(number.doubleValue())) {
            boolean same = (byDefault instanceof Double) == (number instanceof Double);
            return same ? number : mended(key, value, byDefault, number);
        }
        if (byDefault instanceof Boolean && spelt instanceof Boolean truth) {
            return truth;
        }
        if (byDefault instanceof List && spelt instanceof List<?> list) {
            return list;
        }
        throw new BadInput(key + " must be " + kind(byDefault) + ", found '" + value + "'");
    }

    private Object mended(String key, Object found, Object byDefault, Object taken) {
        String text = key + " is " + found + ", where yacs takes only " + kind(byDefault) + ": taken as it is";
        mends.add(new Mend(Cause.TYPE, text));
        return taken;
    }

    /** yes, no, on and off are truth values in YAML 1.1, which yacs reads. */
    private static @Nullable Object spelt(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes", "on" -> true;
            case "no", "off" -> false;
            default -> parsed(text);
        };
    }

    private static @Nullable Object parsed(String text) {
        try {
            return Yaml.parseValue(text);
        } catch (BadInput notYaml) {
            return text;
        }
    }

    private static String kind(Object byDefault) {
        if (byDefault instanceof Number) {
            return byDefault instanceof Double ? "a number with a point" : "a whole number";
        }
        if (byDefault instanceof List) {
            return "a list such as [150, 180, 210]";
        }
        return byDefault instanceof Boolean ? "True or False" : "text";
    }

    private static Map<String, @Nullable Object> defaults() {
        try (InputStream file = Objects.requireNonNull(Yacs.class.getResourceAsStream("defaults.yaml"))) {
            return Yaml.parse("defaults.yaml", new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flatten(String prefix, Map<?, ?> section, Map<String, Object> into) {
        section.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flatten(prefix + name + ".", inner, into);
            } else {
                into.put(prefix + name, Objects.requireNonNull(value));
            }
        });
    }
}
