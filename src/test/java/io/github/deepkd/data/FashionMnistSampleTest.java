package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FashionMnistSampleTest {

    private static final Dataset SAMPLE = Datasets.open("sample");

    @Test
    void itHas1200TrainingAnd1000TestImagesOfEachOfTenNamedClasses() {
        DataSummary summary = DataSummary.of(SAMPLE);
        assertThat(summary.trainCounts()).isEqualTo(Collections.nCopies(10, 1200));
        assertThat(summary.testCounts()).isEqualTo(Collections.nCopies(10, 1000));
        assertThat(SAMPLE.shape()).isEqualTo(new Shape(1, 28, 28));
        assertThat(SAMPLE.classNames())
                .containsExactly(
                        "T-shirt/top",
                        "Trouser",
                        "Pullover",
                        "Dress",
                        "Coat",
                        "Sandal",
                        "Shirt",
                        "Sneaker",
                        "Bag",
                        "Ankle boot");
    }

    @Test
    void itsMeanAndDeviationAreCloseToTheFullSetsThatItIsNormalisedWith() {
        DataSummary summary = DataSummary.of(SAMPLE);
        Normalization normalization = Datasets.normalization("sample");
        assertThat(summary.mean().get(0)).isCloseTo(normalization.mean().get(0), within(2e-3));
        assertThat(summary.std().get(0)).isCloseTo(normalization.std().get(0), within(2e-3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train-images-idx3-ubyte.gz",
                "train-labels-idx1-ubyte.gz",
                "t10k-images-idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz"
            })
    void itsReadmeTellsTheHashOfEachFile(String file) throws IOException, NoSuchAlgorithmException {
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(resource(file));
        String readme = new String(resource("README.md"), StandardCharsets.UTF_8);
        assertThat(readme)
                .containsPattern(
                        "`" + file + "` \\| [0-9,]+ \\| `" + HexFormat.of().formatHex(sha));
    }

    private static byte[] resource(String file) throws IOException {
        try (InputStream in =
                FashionMnistSampleTest.class.getResourceAsStream(FashionMnistSample.FOLDER + "/" + file)) {
            assertThat(in).as(file).isNotNull();
            return in.readAllBytes();
        }
    }

    @Test
    void itIsTheFirst1200ImagesOfEachClassOfTheFullSet() {
        String full = System.getProperty("fashion-mnist.dir", "");
        if (full.isEmpty()) {
            System.err.println("SKIPPED: no full Fashion-MNIST to compare with (set -Dfashion-mnist.dir)");
        }
        assumeTrue(!full.isEmpty(), "no full Fashion-MNIST to compare with (set -Dfashion-mnist.dir)");
        Dataset expected = Idx.open(Path.of(full));
        int[] chosen = SampleMaker.chosen(expected.train());
        assertThat(chosen).hasSize(SAMPLE.train().size());
        for (int i = 0; i < chosen.length; i++) {
            assertThat(SAMPLE.train().label(i)).isEqualTo(expected.train().label(chosen[i]));
            assertThat(Fixtures.image(SAMPLE.train(), i)).isEqualTo(Fixtures.image(expected.train(), chosen[i]));
        }
        assertThat(new Dataset("test", SAMPLE.test(), SAMPLE.test(), SAMPLE.classNames()).hash())
                .isEqualTo(new Dataset("test", expected.test(), expected.test(), expected.classNames()).hash());
    }
}
