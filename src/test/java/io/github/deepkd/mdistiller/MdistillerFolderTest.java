package io.github.deepkd.mdistiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipe.Overlay;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.mdistiller.Mend.Cause;
import io.github.deepkd.train.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The configs folder of haiduo/DeepKD at afb5964, named by {@code -Dmdistiller.dir}. The files are not ours to ship, so
 * without it this is skipped, and says so.
 */
class MdistillerFolderTest {

    private static final String FOLDER = System.getProperty("mdistiller.dir", "");

    @ParameterizedTest
    @EnumSource(Semantics.class)
    void ofThe88FilesOfDeepKdsCodeThe30ThatCannotStartThereAreMended(Semantics semantics) {
        Survey survey = Survey.of(folder(), semantics);
        System.out.print(survey);
        assertThat(survey.sound()).isEqualTo(51);
        assertThat(survey.mended())
                .isEqualTo(Map.of(Cause.KEY, 3, Cause.DISTILLER, 2, Cause.TRAINER, 3, Cause.FIT, 22));
        assertThat(survey.refused().keySet())
                .as("attention transfer, CRD, ReviewKD and OFD, which deepkd does not have")
                .hasSize(4)
                .allMatch(reason -> reason.startsWith("DISTILLER.TYPE"));
    }

    @ParameterizedTest
    @EnumSource(Semantics.class)
    void everyExplanationIsARecipeOfTheSameRun(Semantics semantics) throws IOException {
        for (Path path : files(folder())) {
            Optional<ImportedFile> read = readable(path, semantics);
            if (read.isPresent()) {
                ImportedFile file = read.get();
                Overlay again = new Overlay("again", Yaml.parse("again", Explanation.of(file, file.config())));
                assertThat(RunConfig.of(new Recipe("again", "", List.of(again))))
                        .as(path.toString())
                        .isEqualTo(file.config());
            }
        }
    }

    /** Empty for the files that the test above counts as refused. */
    private static Optional<ImportedFile> readable(Path path, Semantics semantics) {
        try {
            return Optional.of(ImportedFile.read(path, semantics));
        } catch (BadInput refused) {
            return Optional.empty();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".yaml")).toList();
        }
    }

    private static Path folder() {
        if (FOLDER.isEmpty()) {
            System.err.println("SKIPPED: no files of DeepKD's code (set -Dmdistiller.dir to its configs folder)");
        }
        assumeTrue(!FOLDER.isEmpty(), "no files of DeepKD's code");
        return Path.of(FOLDER);
    }
}
