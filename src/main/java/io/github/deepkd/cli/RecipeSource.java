package io.github.deepkd.cli;

import io.github.deepkd.loss.Semantics;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What says how to train: exactly one of the two is there. */
final class RecipeSource {

    @Parameters(paramLabel = "RECIPE", description = "A name from 'deepkd list recipes', or a YAML file.")
    @Nullable
    String recipe;

    @ArgGroup(exclusive = false)
    @Nullable
    YacsSource yacs;

    /** A file of another repository. */
    static final class YacsSource {

        @Option(
                names = "--from-mdistiller",
                required = true,
                paramLabel = "FILE",
                description = "A YAML file of mdistiller or of DeepKD's code. It is explained, then run.")
        Path file = Path.of("");

        @Option(
                names = "--check",
                description = "Explain it only, as a recipe to save. Of a folder, count what becomes of its files.")
        boolean check;

        @Option(
                names = "--semantics",
                paramLabel = "WHOSE",
                description = "paper (by default): the papers' method with the file's numbers; authors: what their code"
                        + " computes.")
        Semantics semantics = Semantics.PAPER;
    }
}
