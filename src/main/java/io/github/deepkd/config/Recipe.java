package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A resolved recipe: what it changes of the defaults.
 *
 * @param name as given on the command line, {@code cifar100/resnet56-resnet20:kd}
 * @param about one line for people, perhaps empty
 * @param overlays in the order to bind them: from the outermost base to the variant itself
 */
public record Recipe(String name, String about, List<Overlay> overlays) {

    /**
     * Part of a recipe.
     *
     * @param source the file it was written in, and the variant there, for messages
     */
    public record Overlay(String source, Map<String, @Nullable Object> values) {}

    /**
     * The defaults with all overlays bound, one after the other.
     *
     * @throws BadInput naming the file and the key at fault
     */
    public <R extends Record> R bind(RecordBinder binder, R defaults) {
        R bound = defaults;
        for (Overlay overlay : overlays) {
            try {
                bound = binder.bind(bound, overlay.values());
            } catch (BadInput e) {
                throw new BadInput(overlay.source() + ": " + e.getMessage(), e);
            }
        }
        return bound;
    }
}
