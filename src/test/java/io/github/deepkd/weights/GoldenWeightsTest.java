package io.github.deepkd.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Published checkpoints, in the folder {@code teachers} of the system property {@code data.dir}. */
@NullUnmarked
class GoldenWeightsTest {

    private static final Path TEACHERS =
            Path.of(System.getProperty("data.dir", "../shared/data")).resolve("teachers");

    private final PointerScope scope = new PointerScope();

    @BeforeEach
    void findTheFolder() {
        if (!Files.isDirectory(TEACHERS)) {
            System.err.println("SKIPPED: no published checkpoints in " + TEACHERS + "; give -Ddata.dir=FOLDER");
        }
        assumeTrue(Files.isDirectory(TEACHERS));
    }

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @Test
    void resnet56InPyTorchsFormatIsRead() {
        WeightFile file = WeightFiles.read(TEACHERS.resolve("cifar100_resnet56-f2eff4c8.pt"));

        assertThat(file.tensors()).hasSize(344);
        String first = file.tensors().keySet().iterator().next();
        assertThat(first).isEqualTo("conv1.weight");
        assertThat(Tensors.shape(file.tensors().get(first))).containsExactly(16L, 3L, 3L, 3L);
    }

    @Test
    void resnet32InSafetensorsIsRead() {
        assertThat(WeightFiles.read(TEACHERS.resolve("cifar100_resnet32.safetensors"))
                        .tensors())
                .hasSize(200);
    }

    @Test
    void aFileOfOldPyTorchIsReadWithoutItsWrapper() {
        WeightFile file = WeightFiles.read(TEACHERS.resolve("cifar10_resnet20-12fca82f.th"));

        assertThat(file.tensors()).hasSize(97).containsKeys("conv1.weight", "linear.bias");
        double[] first = WeightFixtures.values(file.tensors().get("bn1.running_var"));
        assertThat(first).hasSize(16);
        assertThat(Arrays.stream(first).min().orElseThrow()).isPositive();
    }

    @Test
    void aTorchScriptProgramIsRefusedInASentence() {
        assertThatThrownBy(() -> WeightFiles.read(TEACHERS.resolve("cifar100_densenet_bc_100_12.torchscript.pt")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a TorchScript archive");
    }
}
