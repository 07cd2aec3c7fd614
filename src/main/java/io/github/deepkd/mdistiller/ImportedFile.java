package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipe.Overlay;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.models.Models;
import io.github.deepkd.train.RunConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A yacs file that deepkd can follow, with what it amounts to. */
public final class ImportedFile {

    private final Path path;
    private final Semantics semantics;
    private final Translation translation;
    private final RunConfig config;

    private ImportedFile(Path path, Semantics semantics, Translation translation) {
        this.path = path;
        this.semantics = semantics;
        this.translation = translation;
        this.config = RunConfig.of(recipe());
        requireModels(config.teacher().model(), config.student().model());
    }

    /**
     * @param semantics whether the papers' method is meant, with the file's numbers, or what its own code computes
     * @throws BadInput naming the file and the key that deepkd cannot follow
     */
    public static ImportedFile read(Path path, Semantics semantics) {
        String text = Yaml.text(path);
        try {
            return new ImportedFile(path, semantics, translate(text, semantics));
        } catch (BadInput e) {
            throw new BadInput(path + ": " + e.getMessage(), e);
        }
    }

    private static Translation translate(String text, Semantics semantics) {
        return Translator.translate(Yacs.merge("YAML", text), semantics);
    }

    private static void requireModels(@Nullable String teacher, String student) {
        for (String model : teacher == null ? List.of(student) : List.of(teacher, student)) {
            if (!Models.names().contains(model)) {
                throw new BadInput("deepkd has no network " + model + "; known: " + String.join(", ", Models.names()));
            }
        }
    }

    /** The recipe that the file amounts to. */
    public Recipe recipe() {
        return new Recipe(name(), "", List.of(new Overlay("as a recipe", translation.recipe())));
    }

    private String name() {
        return path.getFileName().toString().replaceAll("\\.ya?ml$", "");
    }

    /** What the file alone decides. */
    RunConfig config() {
        return config;
    }

    Path path() {
        return path;
    }

    Semantics semantics() {
        return semantics;
    }

    Translation translation() {
        return translation;
    }
}
