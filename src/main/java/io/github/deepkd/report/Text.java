package io.github.deepkd.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Numbers, spans and settings as people read them. */
public final class Text {

    private Text() {}

    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    public static String percent(double percent) {
        return format("%.2f %%", percent);
    }

    /** Three significant digits, never in powers of ten: {@code 0.0005}. */
    public static String plain(double number) {
        return Double.isFinite(number)
                ? BigDecimal.valueOf(number)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                : Double.toString(number);
    }

    /** The two largest units: {@code 1 h 12 min}, {@code 3 min 20 s}, {@code 45 s}. */
    public static String duration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return "?";
        }
        long rounded = Math.round(seconds);
        if (rounded < 60) {
            return rounded + " s";
        }
        return rounded < 3600
                ? format("%d min %d s", rounded / 60, rounded % 60)
                : format("%d h %d min", rounded / 3600, rounded % 3600 / 60);
    }

    /** Powers of ten, like disks: {@code 1.2 MB}. */
    public static String bytes(long bytes) {
        List<String> units = List.of("bytes", "kB", "MB", "GB", "TB");
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.size() - 1) {
            value /= 1000;
            unit++;
        }
        return format(unit == 0 ? "%.0f %s" : "%.1f %s", value, units.get(unit));
    }

    /** {@code task 0.81, target 0.1}. */
    static String numbers(Map<String, Double> numbers) {
        return numbers.entrySet().stream()
                .map(entry -> entry.getKey() + " " + plain(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** A configuration's value on one line: {@code kd (temperature 4.0)}. */
    public static String setting(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return String.valueOf(value);
        }
        String rest = map.entrySet().stream()
                .filter(entry -> !"kind".equals(entry.getKey()))
                .map(entry -> entry.getKey() + " " + setting(entry.getValue()))
                .collect(Collectors.joining(", "));
        if (!map.containsKey("kind")) {
            return rest;
        }
        return rest.isEmpty() ? map.get("kind").toString() : map.get("kind") + " (" + rest + ")";
    }
}
