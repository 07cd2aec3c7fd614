package io.github.deepkd.mdistiller;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which repository a file was written for. The files look alike; what they leave out may mean something else. */
enum Origin {
    MDISTILLER("a file of mdistiller"),
    DEEPKD("a file of DeepKD's code");

    /** Where DeepKD's defaults are not mdistiller's, which {@code defaults.yaml} has. */
    static final Map<String, Object> CHANGED =
            Map.of("SOLVER.EPOCHS", 90, "SOLVER.LR_DECAY_STAGES", List.of(30, 50, 70));

    private static final List<String> KEYS = List.of(
            "SOLVER.DEEPKD",
            "SOLVER.LR_COS",
            "SOLVER.MIN_LR",
            "SOLVER.WARMUP_EPOCHS",
            "SOLVER.WARMUP_FACTOR",
            "EXPERIMENT.LOGIT_STAND",
            "CRLD");
    private static final Map<String, Set<String>> VALUES = Map.of(
            "DISTILLER.TYPE", Set.of("MLKD", "KD_ours", "CRLD"),
            "SOLVER.TRAINER", Set.of("deepkd", "deepkd_aug", "aug", "crld", "ours", "dkdot"));

    private final String about;

    Origin(String about) {
        this.about = about;
    }

    String about() {
        return about;
    }

    /** Defaults that hold in place of those of {@code defaults.yaml}. */
    Map<String, Object> defaults() {
        return this == DEEPKD ? CHANGED : Map.of();
    }

    /** What only DeepKD's code knows is a sign of it. */
    static Origin of(YacsFile file) {
        Stream<String> keys = KEYS.stream().filter(file::gives);
        Stream<String> values = VALUES.entrySet().stream()
                .filter(entry -> entry.getValue().contains(file.text(entry.getKey())))
                .map(Map.Entry::getKey);
        return Stream.concat(keys, values).findAny().isPresent() ? DEEPKD : MDISTILLER;
    }
}
