package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {

    private static final Shape SHAPE = new Shape(1, 2, 2);

    static List<String> kinds() {
        return Datasets.names();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindHasOneLineOfDescriptionAndANormalisation(String kind) {
        assertThat(Datasets.description(kind)).isNotBlank().doesNotContain("\n");
        assertThat(Datasets.normalization(kind).mean()).hasSizeBetween(1, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar10", "cifar100", "idx", "folder"})
    void kindsOnDiskAskForTheirFolder(String kind) {
        for (String given : List.of(kind, kind + ":")) {
            assertThatThrownBy(() -> Datasets.open(given))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(kind + ":DIR");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar10", "cifar100", "idx", "folder"})
    void kindsOnDiskNameAMissingFolder(String kind, @TempDir Path folder) {
        Path missing = folder.resolve("C:odd");
        assertThatThrownBy(() -> Datasets.open(kind + ":" + missing))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("there is no folder " + missing);
    }

    @Test
    void anUnknownKindIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> Datasets.open("cifar1000:somewhere"))
                .isInstanceOf(BadInput.class)
                .hasMessage(
                        "there is no data set kind 'cifar1000'; known: cifar10, cifar100, idx, csv, folder, sample");
    }

    @Test
    void theSampleTakesNoFolder() {
        assertThatThrownBy(() -> Datasets.open("sample:somewhere"))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll("embedded", "somewhere");
    }

    @Test
    void onlyFoldersOfImagesTakeASize(@TempDir Path folder) {
        for (String kind : List.of("cifar100", "idx", "sample")) {
            assertThatThrownBy(() -> Datasets.open(kind, folder, Optional.of(Fit.of(32))))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContainingAll("folder", "size", kind);
        }
    }

    @Test
    void theHashTellsPixelsLabelsShapesAndSplitsApart() {
        InMemoryImages images = Fixtures.random(4, SHAPE, 2, 1);
        String hash = hash(images, images);
        assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(hash(Fixtures.random(4, SHAPE, 2, 1), images));
        assertThat(List.of(
                        hash(Fixtures.random(4, SHAPE, 2, 2), images),
                        hash(Fixtures.random(4, SHAPE, 3, 1), images),
                        hash(images, Fixtures.random(4, SHAPE, 2, 2)),
                        hash(
                                Fixtures.random(4, new Shape(1, 1, 4), 2, 1),
                                Fixtures.random(4, new Shape(1, 1, 4), 2, 1))))
                .doesNotHaveDuplicates()
                .doesNotContain(hash);
    }

    private static String hash(ImageSet train, ImageSet test) {
        return new Dataset("made up", train, test, List.of("a", "b", "c")).hash();
    }

    @Test
    void impossibleNormalisationsAreRefused() {
        assertThatThrownBy(() -> new Normalization(List.of(0.5, 0.5), List.of(1.0)))
                .isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> new Normalization(List.of(0.5), List.of(0.0))).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> new Normalization(List.of(Double.NaN), List.of(1.0)))
                .isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> Datasets.normalization("cifar100").check(SHAPE))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll("3 channels", "have 1");
    }
}
