package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A yacs file merged into its defaults, by full key such as {@code SOLVER.LR}; it keeps note of what was asked for. */
final class YacsFile {

    private final Map<String, Object> given;
    private final Map<String, Object> defaults;
    private final List<Mend> mends;
    private final Set<String> read = new HashSet<>();

    /**
     * @param given what the file says; values have the type of their default
     * @param mends what the merge took as it was meant
     */
    YacsFile(Map<String, Object> given, Map<String, Object> defaults, List<Mend> mends) {
        this.given = given;
        this.defaults = defaults;
        this.mends = mends;
    }

    /** The same file where other defaults hold. */
    YacsFile over(Map<String, Object> other) {
        Map<String, Object> changed = new LinkedHashMap<>(defaults);
        changed.putAll(other);
        return new YacsFile(given, changed, mends);
    }

    /** Whether the file says something of this key or section. */
    boolean gives(String keyOrSection) {
        return given.keySet().stream().anyMatch(key -> key.equals(keyOrSection) || key.startsWith(keyOrSection + "."));
    }

    double number(String key) {
        return ((Number) value(key)).doubleValue();
    }

    int whole(String key) {
        double number = number(key);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new BadInput(key + " must be a whole number, found " + value(key));
        }
        return (int) number;
    }

    boolean truth(String key) {
        return (Boolean) value(key);
    }

    String text(String key) {
        return (String) value(key);
    }

    List<?> list(String key) {
        return (List<?>) value(key);
    }

    private Object value(String key) {
        read.add(key);
        Object value = given.getOrDefault(key, defaults.get(key));
        if (value == null) {
            throw new IllegalArgumentException(key + " is not in defaults.yaml");
        }
        return value;
    }

    List<Mend> mends() {
        return mends;
    }

    /** What the file says and nobody asked for, key to value. */
    Map<String, Object> unread() {
        Map<String, Object> unread = new LinkedHashMap<>(given);
        unread.keySet().removeAll(read);
        return unread;
    }
}
