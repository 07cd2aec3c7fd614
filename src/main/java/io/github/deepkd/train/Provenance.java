package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Description;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a student was made from and by.
 *
 * @param recipe its name
 * @param dataHash of {@link io.github.deepkd.data.Dataset#hash}
 * @param teacherHash SHA-256 of the teacher's file; empty without a teacher network
 * @param answers null unless stored ones
 */
record Provenance(
        RunConfig config,
        String recipe,
        String dataHash,
        String teacherHash,
        @Nullable Description answers) {

    /** For a checkpoint: a student can be traced back to all of this. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>(machine(config));
        metadata.put("recipe", recipe);
        metadata.put("configuration", Yaml.dump(config.toMap()));
        metadata.put("data", dataHash);
        metadata.put("teacher", teacherHash);
        metadata.put("answers", answers == null ? "" : answers.toJson());
        return metadata;
    }

    /** What may change the last bits of a result. */
    private static Map<String, String> machine(RunConfig config) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("deepkd", BuildInfo.version() + " (" + BuildInfo.commit() + ")");
        machine.put("libtorch", Torch.version());
        machine.put("java", System.getProperty("java.version"));
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        machine.put("threads", Integer.toString(Torch.threads()));
        machine.put("device", config.device().name());
        return machine;
    }

    /** What differs on this machine from the one that wrote {@code then}, a sentence each. */
    List<String> differences(Map<String, String> then) {
        List<String> differences = new ArrayList<>();
        machine(config).forEach((what, now) -> {
            String before = then.getOrDefault(what, "unknown");
            if (!before.equals(now)) {
                differences.add("the checkpoint was written with " + what + " " + before + ", this is " + now
                        + ": results may differ in their last bits");
            }
        });
        return differences;
    }

    /** @throws BadInput where {@code then} is of other data or of another teacher */
    void requireSame(Path file, Map<String, String> then) {
        if (!dataHash.equals(then.get("data"))) {
            throw new BadInput(file + " was trained on other data than is given now: resume it with the same images");
        }
        String stored = then.getOrDefault("answers", "");
        if (stored.isEmpty() != (answers == null)) {
            throw new BadInput(file + " was trained " + (stored.isEmpty() ? "without" : "from")
                    + " stored answers: resume it with the same teacher.answers");
        }
        if (answers != null) {
            requireSame(file, Description.parse(file.toString(), stored), answers);
        }
        if (!teacherHash.equals(then.get("teacher"))) {
            throw new BadInput(file + " was trained by another teacher than "
                    + config.teacher().weights() + " holds now: resume it with the same teacher.weights");
        }
    }

    private static void requireSame(Path file, Description then, Description now) {
        String views = then.views() == now.views() ? null : "views " + then.views() + ", not " + now.views();
        String setting = then.difference(now);
        String difference = setting == null ? views : setting;
        if (difference != null) {
            throw new BadInput(file + " was trained from stored answers with " + difference
                    + ": resume it with the same teacher.answers");
        }
    }
}
