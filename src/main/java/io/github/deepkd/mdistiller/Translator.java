package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Semantics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From a yacs file to the recipe it amounts to: a pure function of file and semantics. */
final class Translator {

    private final YacsFile file;
    private final Semantics semantics;
    private final List<Mend> mends;
    private final List<String> notes = new ArrayList<>();

    private Translator(YacsFile file, Semantics semantics) {
        this.file = file;
        this.semantics = semantics;
        this.mends = new ArrayList<>(file.mends());
    }

    /**
     * @param semantics whether the recipe is the papers' method with the file's numbers, or what their code computes
     * @throws BadInput naming the key that deepkd cannot follow
     */
    static Translation translate(YacsFile file, Semantics semantics) {
        return new Translator(file, semantics).translate();
    }

    private Translation translate() {
        Method method = Method.of(file, mends);
        Regime regime = Regime.of(file, method.name(), method.views(), mends);
        Dataset data = Dataset.of(file);
        requireSgd();
        Map<String, Object> recipe = new LinkedHashMap<>();
        recipe.put("data", data.recipe());
        if (method != Method.NONE) {
            recipe.put("teacher", Map.of("model", data.model(file, "DISTILLER.TEACHER", notes)));
        }
        recipe.put("student", Map.of("model", data.model(file, "DISTILLER.STUDENT", notes)));
        recipe.put("method", method.recipe(file, regime, notes));
        recipe.put("momenta", momenta(regime));
        recipe.put("mask", mask(method, regime, data));
        if (method.standardizes(regime, semantics)) {
            recipe.put("standardize", file.truth("EXPERIMENT.LOGIT_STAND"));
        }
        recipe.put("semantics", semantics(method, regime));
        recipe.put("learning-rate", Schedule.recipe(file));
        recipe.put("weight-decay", file.number("SOLVER.WEIGHT_DECAY"));
        recipe.put("batch-size", file.whole("SOLVER.BATCH_SIZE"));
        recipe.put("epochs", file.whole("SOLVER.EPOCHS"));
        Origin origin = Origin.of(file);
        noteDefaults(origin);
        noteFolder(origin, data);
        return new Translation(origin, recipe, mends, notes, file.unread());
    }

    private void requireSgd() {
        String optimizer = file.text("SOLVER.TYPE");
        if (!optimizer.equals("SGD")) {
            throw new BadInput("SOLVER.TYPE " + optimizer + " is unknown, to their code as well; known: SGD");
        }
    }

    private Map<String, Object> momenta(Regime regime) {
        boolean authors = regime == Regime.DEEPKD && semantics == Semantics.AUTHORS;
        Map<String, Object> momenta =
                Translation.kind(authors ? "deepkd-authors" : regime.name().toLowerCase(Locale.ROOT));
        momenta.put("mu", file.number("SOLVER.MOMENTUM"));
        if (regime == Regime.DOT) {
            momenta.put("delta", file.number("SOLVER.DOT.DELTA"));
        }
        if (regime == Regime.DEEPKD) {
            momenta.put("delta-task", file.number("SOLVER.DEEPKD.DELTA_TOG"));
            momenta.put("delta-target", 0 - file.number("SOLVER.DEEPKD.DELTA_TCG"));
            momenta.put("delta-non-target", file.number("SOLVER.DEEPKD.DELTA_NCG"));
        }
        return momenta;
    }

    private Object mask(Method method, Regime regime, Dataset data) {
        if (regime != Regime.DEEPKD || (semantics == Semantics.AUTHORS && !method.masks())) {
            return "none";
        }
        int k = file.whole("SOLVER.DEEPKD.TOPK");
        if (k < 0) {
            throw new BadInput("SOLVER.DEEPKD.TOPK must be 0 (no mask) or more, found " + k);
        }
        if (k > 0 && !method.masks()) {
            notes.add("SOLVER.DEEPKD.TOPK does not reach " + method + " in their code; it does here");
        }
        if (k == 0 || k >= data.classes()) {
            return "none";
        }
        Map<String, Object> fixed = Translation.kind("fixed");
        fixed.put("k", k);
        return fixed;
    }

    private String semantics(Method method, Regime regime) {
        if (regime == Regime.DEEPKD) {
            if (semantics == Semantics.PAPER) {
                notes.add(
                        "their optimiser runs TOG at TCG's momentum with all weight decay in TCG: --semantics authors");
            }
            return semantics.name().toLowerCase(Locale.ROOT);
        }
        if (semantics == Semantics.AUTHORS && method == Method.MLKD) {
            notes.add("the plain branch of their MLKD is not reproduced: its masks scale whole batches, and at the "
                    + "temperatures 2 and 6 its strong view is the weak one; this is the paper's");
        } else if (semantics == Semantics.AUTHORS && method != Method.NONE) {
            notes.add("under this trainer their losses are those of the papers, sample by sample");
        }
        return "paper";
    }

    private void noteDefaults(Origin origin) {
        Origin.CHANGED.keySet().stream()
                .filter(key -> !file.gives(key))
                .sorted()
                .forEach(key -> notes.add(key + " is left out; it differs between mdistiller and DeepKD's code, "
                        + "and this is " + origin.about()));
    }

    private void noteFolder(Origin origin, Dataset data) {
        if (origin == Origin.DEEPKD && data == Dataset.IMAGENET) {
            notes.add(
                    "DeepKD's code looks for ImageNet in a folder whose name has back-quotes; here it is data.directory");
        }
    }
}
