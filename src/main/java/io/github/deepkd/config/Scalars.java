package io.github.deepkd.config;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one plain YAML value as the type of a record component, strictly: text is never taken for a number. */
final class Scalars {

    private Scalars() {}

    static Object read(KeyPath path, Class<?> type, @Nullable Object given) {
        if (type == int.class || type == Integer.class) {
            return (int) whole(path, given, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class || type == Long.class) {
            return whole(path, given, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class) {
            return finite(path, given);
        }
        if (type == boolean.class || type == Boolean.class) {
            return truth(path, given);
        }
        if (type == String.class) {
            return text(path, given);
        }
        if (type == Path.class) {
            return filePath(path, text(path, given));
        }
        if (type.isEnum()) {
            return constant(path, type, given);
        }
        throw new IllegalArgumentException(path.inFront("no value of " + type + " can be read from a configuration"));
    }

    private static long whole(KeyPath path, @Nullable Object given, long least, long most) {
        if (!(given instanceof Number number) || !Double.isFinite(number.doubleValue())) {
            throw path.expected("a whole number", given);
        }
        BigDecimal exact = new BigDecimal(number.toString());
        if (exact.stripTrailingZeros().scale() > 0) {
            throw path.expected("a whole number", given);
        }
        if (exact.compareTo(BigDecimal.valueOf(least)) < 0 || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw path.expected("a whole number from " + least + " to " + most, given);
        }
        return exact.longValueExact();
    }

    private static double finite(KeyPath path, @Nullable Object given) {
        if (given instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw path.expected("a number", given);
    }

    private static boolean truth(KeyPath path, @Nullable Object given) {
        if (given instanceof Boolean truth) {
            return truth;
        }
        throw path.expected("true or false", given);
    }

    private static String text(KeyPath path, @Nullable Object given) {
        if (given instanceof String text) {
            return text;
        }
        // A number as text would lose its spelling (1.10, 007), so the quotes are the user's to write.
        throw path.expected(given instanceof Number ? "text (in quotes where it is all digits)" : "text", given);
    }

    private static Path filePath(KeyPath path, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw path.expected("a path", text);
        }
    }

    private static Object constant(KeyPath path, Class<?> type, @Nullable Object given) {
        Map<String, Object> known = Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toMap(
                        constant -> Names.ofConstant((Enum<?>) constant),
                        constant -> constant,
                        (a, b) -> a,
                        LinkedHashMap::new));
        Object constant = given == null ? null : known.get(given);
        if (constant == null) {
            throw path.expected("one of " + String.join(", ", known.keySet()), given);
        }
        return constant;
    }
}
