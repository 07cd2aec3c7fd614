package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One recipe file, taken apart.
 *
 * @param source what messages call it
 * @param base the recipe whose content comes first, as written
 * @param values what the recipe itself states
 */
record RecipeFile(
        String source,
        String about,
        @Nullable String base,
        Map<String, Variant> variants,
        Map<String, @Nullable Object> values) {

    /** @param parent the variant that {@code extends} names */
    record Variant(String about, @Nullable String parent, Map<String, @Nullable Object> values) {}

    static RecipeFile parse(String source, String text) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(Yaml.parse(source, text));
        Map<String, Variant> variants = new LinkedHashMap<>();
        mapping(source, "variants", values.remove("variants"))
                .forEach((name, overlay) -> variants.put(name, variant(source, name, overlay)));
        String about = text(source, "about", values.remove("about"));
        String base = text(source, "base", values.remove("base"));
        return new RecipeFile(source, about == null ? "" : about, base, variants, values);
    }

    private static Variant variant(String source, String name, @Nullable Object written) {
        String key = "variants." + name;
        Map<String, @Nullable Object> values = new LinkedHashMap<>(mapping(source, key, written));
        String about = text(source, key + ".about", values.remove("about"));
        String parent = text(source, key + ".extends", values.remove("extends"));
        return new Variant(about == null ? "" : about, parent, values);
    }

    private static @Nullable String text(String source, String key, @Nullable Object written) {
        if (written == null || written instanceof String) {
            return (String) written;
        }
        throw new BadInput(
                source + ": " + new KeyPath(key).expected("text", written).getMessage());
    }

    /** A mapping out of {@link Yaml}, which has checked that its keys are text; nothing written is an empty one. */
    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> mapping(String source, String key, @Nullable Object written) {
        if (written == null || written instanceof Map) {
            return written == null ? Map.of() : (Map<String, @Nullable Object>) written;
        }
        throw new BadInput(
                source + ": " + new KeyPath(key).expected("a mapping", written).getMessage());
    }
}
