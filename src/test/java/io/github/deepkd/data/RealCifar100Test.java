package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole CIFAR-100, below the folder of the system property {@code data.dir}, by default {@code ../shared/data}. */
class RealCifar100Test {

    private static final Path FOLDER =
            Path.of(System.getProperty("data.dir", "../shared/data")).resolve("cifar-100-binary");
    private static final Offset<Double> ROUNDING = within(5e-6);

    @BeforeAll
    static void dataArePresent() {
        boolean present = Files.isDirectory(FOLDER);
        if (!present) {
            System.err.println("SKIPPED: no CIFAR-100 in " + FOLDER.toAbsolutePath() + " (set -Ddata.dir)");
        }
        assumeTrue(present, "no CIFAR-100 in " + FOLDER.toAbsolutePath());
    }

    @Test
    void countsMeanAndDeviationAreTheKnownOnes() {
        DataSummary summary = DataSummary.of(Datasets.open("cifar100", FOLDER));
        assertThat(summary.dataset().train().size()).isEqualTo(50_000);
        assertThat(summary.dataset().test().size()).isEqualTo(10_000);
        assertThat(summary.trainCounts()).isEqualTo(Collections.nCopies(100, 500));
        assertThat(summary.testCounts()).isEqualTo(Collections.nCopies(100, 100));
        assertClose(summary.mean(), 0.50708, 0.48655, 0.44092);
        assertClose(summary.std(), 0.26733, 0.25644, 0.27615);
    }

    private static void assertClose(List<Double> actual, double... expected) {
        assertThat(actual).hasSize(expected.length);
        for (int c = 0; c < expected.length; c++) {
            assertThat(actual.get(c)).isCloseTo(expected[c], ROUNDING);
        }
    }
}
