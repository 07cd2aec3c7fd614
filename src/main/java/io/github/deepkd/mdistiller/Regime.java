package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.mdistiller.Mend.Cause;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code SOLVER.TRAINER} comes to for a method: whose momenta, and so which of its two loss branches the method
 * takes in their code. How many views of an image there are is the method's to say.
 */
enum Regime {
    /** One momentum, plain losses. */
    JOINT,
    /** DOT's two momenta, plain losses. */
    DOT,
    /** DeepKD's three momenta, losses taken apart. */
    DEEPKD;

    /** What one of their trainers does. */
    private record Trainer(Regime regime, int views) {}

    private static final Map<String, Trainer> TRAINERS = new TreeMap<>(Map.of(
            "base", new Trainer(JOINT, 1),
            "dot", new Trainer(DOT, 1),
            "deepkd", new Trainer(DEEPKD, 1),
            "deepkd_aug", new Trainer(DEEPKD, 2),
            "aug", new Trainer(JOINT, 2),
            "crld", new Trainer(JOINT, 2)));

    private static final String KEY = "SOLVER.TRAINER";

    /** The trainers of CRD, whose batches have contrastive samples beside. */
    private static final Set<String> CONTRASTIVE = Set.of("crd", "crd_dot");

    /**
     * The file's trainer, as it was meant where it cannot run.
     *
     * @param method DISTILLER.TYPE
     * @param views that the method compares; 0 where it has no teacher
     */
    static Regime of(YacsFile file, String method, int views, List<Mend> mends) {
        String name = existing(file, views, mends);
        if (views == 0) {
            return plain(name, mends);
        }
        Trainer trainer = Objects.requireNonNull(TRAINERS.get(name));
        boolean forgotten = trainer.views < views && file.gives("SOLVER.DEEPKD") && !file.gives(KEY);
        if (forgotten) {
            mends.add(new Mend(
                    Cause.FIT,
                    KEY + " is left out, which means base and one view, but " + method
                            + " compares two and the file sets DeepKD's momenta: read as deepkd_aug"));
        } else {
            misfit(name, trainer, method, views).ifPresent(text -> mends.add(new Mend(Cause.FIT, text)));
        }
        return forgotten ? DEEPKD : trainer.regime;
    }

    private static Optional<String> misfit(String name, Trainer trainer, String method, int views) {
        if (name.equals("crld")) {
            return Optional.of(KEY + " crld hands views over by names that no method takes: read as aug");
        }
        return trainer.views == views
                ? Optional.empty()
                : Optional.of(KEY + " " + name + " is for methods of " + views(trainer.views) + ", " + method
                        + " compares " + views(views) + ": trained with that");
    }

    private static String existing(YacsFile file, int views, List<Mend> mends) {
        String name = file.text(KEY);
        if (TRAINERS.containsKey(name)) {
            return name;
        }
        String meant = meant(name, file.gives("SOLVER.DEEPKD"), views);
        mends.add(new Mend(Cause.TRAINER, KEY + " " + name + " does not exist: read as " + meant));
        return meant;
    }

    /** MLKD's own code calls its trainer of two views {@code ours}; {@code dkdot} is DeepKD's earlier name. */
    private static String meant(String name, boolean deepkd, int views) {
        if (name.equals("dkdot") || (name.equals("ours") && deepkd)) {
            return views == 2 ? "deepkd_aug" : "deepkd";
        }
        if (name.equals("ours")) {
            return views == 2 ? "aug" : "base";
        }
        if (CONTRASTIVE.contains(name)) {
            throw new BadInput(KEY + " " + name + " belongs to CRD, a method that deepkd does not have");
        }
        throw new BadInput(KEY + " '" + name + "' is unknown; known: " + String.join(", ", TRAINERS.keySet()));
    }

    private static Regime plain(String name, List<Mend> mends) {
        if (!name.equals("base")) {
            mends.add(new Mend(
                    Cause.FIT,
                    KEY + " " + name + " is for methods with a teacher, DISTILLER.TYPE NONE has none: read as base"));
        }
        return JOINT;
    }

    private static String views(int views) {
        return views == 1 ? "one view" : "two views";
    }
}
