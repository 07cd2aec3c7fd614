package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.Map;

/** Numbers of events, by name and as text. */
final class Numbers {

    private static final MathContext DIGITS = new MathContext(4);

    private Numbers() {}

    /** Every finite number of an event by the dotted path to it, such as {@code losses.task_loss}; none of lists. */
    static Map<String, Double> of(JsonNode event) {
        Map<String, Double> numbers = new HashMap<>();
        collect("", event, numbers);
        return numbers;
    }

    private static void collect(String prefix, JsonNode node, Map<String, Double> into) {
        node.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isNumber() && Double.isFinite(value.asDouble())) {
                into.put((prefix + entry.getKey()).intern(), value.asDouble());
            } else if (value.isObject()
                    && !entry.getKey().equals("layers")) { // hundreds of numbers; the newest is kept
                collect(prefix + entry.getKey() + ".", value, into);
            }
        });
    }

    /** Four significant digits, all of those before the point. */
    static String text(double number) {
        if (!Double.isFinite(number)) {
            return "";
        }
        BigDecimal exact = BigDecimal.valueOf(number);
        BigDecimal rounded = Math.abs(number) >= 1000
                ? BigDecimal.valueOf(Math.round(number))
                : exact.round(DIGITS).stripTrailingZeros();
        return Math.abs(number) < 1e-5 && number != 0 ? rounded.toString() : rounded.toPlainString();
    }
}
