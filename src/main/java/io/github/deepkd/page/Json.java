package io.github.deepkd.page;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON as Java's own collections. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** Maps, lists, texts, numbers and truth values; the empty text where there is nothing. */
    static Object plain(JsonNode node) {
        return Objects.requireNonNullElse(node.isMissingNode() ? null : MAPPER.convertValue(node, Object.class), "");
    }

    /** An object's fields, in their order; none where it is no object. */
    static Map<String, @Nullable Object> map(JsonNode node) {
        return node.isObject()
                ? MAPPER.convertValue(node, new TypeReference<LinkedHashMap<String, @Nullable Object>>() {})
                : Map.of();
    }
}
