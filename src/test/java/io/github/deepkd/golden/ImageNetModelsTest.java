package io.github.deepkd.golden;

import static io.github.deepkd.golden.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.Term;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks for ImageNet against torchvision's, and MobileNet-V1 against the authors'; models/make.py made the numbers. */
class ImageNetModelsTest {

    private static final String TAG = "deepkd";
    private static final int CLASSES = 5;
    private static final double BOUND = 1e-4;

    static Stream<JsonNode> rows() throws IOException {
        try (InputStream json = ImageNetModelsTest.class.getResourceAsStream("/models/imagenet.json")) {
            return StreamSupport.stream(new ObjectMapper().readTree(json).spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itsNamesLogitsStagesAndGradientsAreThoseOfTheOriginal(JsonNode row) {
        try (TensorScope scope = TensorScope.open()) {
            String name = row.get("name").asText();
            Model model = PrescribedWeights.fill(Models.create(name, 3, CLASSES, Precision.FLOAT32), TAG);
            assertThat(model.parameters()).isEqualTo(row.get("parameters").asLong());
            assertThat(PrescribedWeights.crc32(state(model)))
                    .as("the names, in order, and shapes of:\n" + state(model))
                    .isEqualTo((int) row.get("state_crc32").asLong());
            checkLogitsAndStages(model, row);
            checkGradients(model, row);
        }
    }

    private static String state(Model model) {
        return model.tensors().entrySet().stream()
                .map(e -> e.getKey() + " " + Arrays.toString(Torch.shape(e.getValue())))
                .collect(Collectors.joining("\n"));
    }

    private static void checkLogitsAndStages(Model model, JsonNode row) {
        Map<String, Tensor> features = model.features(image());
        double[] expected = StreamSupport.stream(row.get("logits").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        assertClose(model.name() + " logits", Torch.doubles(features.get("logits")), expected, BOUND);
        Golden.assertStages(model.name(), new ArrayList<>(features.values()), row.get("stages"), BOUND);
    }

    private static void checkGradients(Model model, JsonNode row) {
        Tensor logits = model.forward(image(), Mode.EVALUATION);
        Term term = Term.mean(Component.TASK, CrossEntropy.of(logits, Torch.tensor(1, 3)), logits);
        double loss = row.get("loss").asDouble();
        assertThat(Torch.item(term.value())).isCloseTo(loss, within(BOUND * Math.max(1, loss)));
        Tensor[] used = model.weights().used();
        double squares = 0;
        for (Tensor gradient : Torch.grad(List.of(term.output()), List.of(term.cotangent()), used, false)) {
            squares += Torch.item(Torch.sum(Torch.mul(gradient, gradient)));
        }
        double norm = row.get("gradient_norm").asDouble();
        assertThat(Math.sqrt(squares)).isCloseTo(norm, within(1e-2 * norm));
    }

    private static Tensor image() {
        double[] values = PrescribedWeights.u(TAG, "image", 2 * 3 * 64 * 64);
        return Torch.tensor(Arrays.stream(values).map(u -> 2 * u - 1).toArray(), 2, 3, 64, 64);
    }
}
