package io.github.deepkd.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.CompiledScript;
import io.github.deepkd.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScriptExportTest {

    @TempDir
    private Path folder;

    /** One of each family: between them they have every operation. */
    static List<String> names() {
        return List.of(
                "resnet8",
                "ResNet50",
                "wrn_16_1",
                "vgg8",
                "MobileNetV2",
                "ShuffleV1",
                "ShuffleV2",
                "imagenet_resnet18",
                "imagenet_mobilenet_v2");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aModuleThatWasSavedAndReadBackAnswersAsTheStudent(String name) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = TrainedModels.of(name, 3);
            int size = Models.imageSize(name);
            Shape shape = new Shape(3, size, size);
            Path file = folder.resolve("student.torchscript.pt");
            ScriptExport.module(Graph.of(model, shape)).save(file, Map.of("deepkd.json", "{}"));
            double difference =
                    Agreement.largest(model::predict, CompiledScript.load(file), Agreement.randomImages(shape, false));
            assertThat(difference).isLessThan(Agreement.BOUND);
        }
    }
}
