package io.github.deepkd.mdistiller;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file amounts to.
 *
 * @param recipe as deepkd's own YAML would say it
 * @param mends what stops the file in its own code, as it was read here; empty where it starts
 * @param notes what a reader of the file may not expect
 * @param unread what the file says without effect, key to value
 */
record Translation(
        Origin origin, Map<String, Object> recipe, List<Mend> mends, List<String> notes, Map<String, Object> unread) {

    /** A choice of the recipe, its other settings to be put in. */
    static Map<String, Object> kind(String kind) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("kind", kind);
        return choice;
    }
}
