package io.github.deepkd.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Subset;
import io.github.deepkd.interop.Inspection;
import io.github.deepkd.interop.Likeness;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.Evaluator;
import io.github.deepkd.train.Networks;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Published teachers, in the folder {@code teachers} of the system property {@code data.dir}, on CIFAR-100 beside it. */
class GoldenTeachersTest {

    private static final Path DATA = Path.of(System.getProperty("data.dir", "../shared/data"));
    private static final String DENSENET = "cifar100_densenet_bc_100_12.torchscript.pt";

    @BeforeAll
    static void teachersArePresent() {
        boolean present =
                Files.isDirectory(DATA.resolve("teachers")) && Files.isDirectory(DATA.resolve("cifar-100-binary"));
        if (!present) {
            System.err.println("SKIPPED: no teachers and CIFAR-100 in " + DATA.toAbsolutePath() + " (set -Ddata.dir)");
        }
        assumeTrue(present, "no teachers and CIFAR-100 in " + DATA.toAbsolutePath());
    }

    private static Path teacher(String name) {
        return DATA.resolve("teachers").resolve(name);
    }

    /** All 10,000 images give 75.06 %; a wrong normalisation or layout would not come near. */
    @Test
    void aDenseNetAsTorchScriptTeachesWithoutBeingNamed() {
        Dataset data = Datasets.open("cifar100", DATA.resolve("cifar-100-binary"));
        try (TensorScope scope = TensorScope.open()) {
            Model model = Networks.trained(null, teacher(DENSENET).toString(), data, Precision.FLOAT32);
            Evaluator evaluator =
                    new Evaluator(Subset.balanced(data.test(), 300), Datasets.normalization("cifar100"), 1);
            assertThat(evaluator.of(model).top1()).isBetween(68.0, 82.0);
            assertThat(model.parameters()).isBetween(700_000L, 900_000L);
        }
        Inspection found = Inspection.of(teacher(DENSENET));
        assertThat(found.classes()).isEqualTo(100);
        assertThat(found.likeness()).isEmpty();
    }

    @Test
    void filesAreRecognisedByTheirTensors() {
        assertThat(likeness("cifar100_resnet56-f2eff4c8.pt")).isEqualTo(new Likeness("resnet56", 100, 3, 1));
        assertThat(likeness("cifar100_resnet32.safetensors")).isEqualTo(new Likeness("resnet32", 100, 3, 1));
        assertThat(likeness("cifar10_resnet20-12fca82f.th")).hasToString("it looks most like resnet20 with 10 classes");
    }

    private static Likeness likeness(String name) {
        return Inspection.of(teacher(name)).likeness().orElseThrow();
    }

    @Test
    void shortcutsWithoutWeightsAreNamedAsMissing() {
        Dataset data = Datasets.open("cifar100", DATA.resolve("cifar-100-binary"));
        try (TensorScope scope = TensorScope.open()) {
            assertThatThrownBy(() -> Networks.trained(
                            "resnet20", teacher("cifar10_resnet20-12fca82f.th").toString(), data, Precision.FLOAT32))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("missing (layer2.0.downsample.0.weight")
                    .hasMessageContaining("fc.weight: file F32[10, 64], model F32[100, 64]")
                    .hasMessageEndingWith("it looks most like resnet20 with 10 classes");
        }
    }
}
