package io.github.deepkd.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.Term;
import io.github.deepkd.nn.FlatWeights;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every architecture of the registry owes; a new row is covered at once. */
class ModelsContractTest {

    private static final int CLASSES = 7;

    @TempDir
    private Path folder;

    static List<String> names() {
        return Models.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void itTapsStagesThatShrinkAndItsPooledFeatures(String name) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = Models.create(name, 3, CLASSES, Precision.FLOAT32);
            int size = Models.imageSize(name);
            Map<String, Tensor> features = model.features(images(1, 3, size, size));
            List<String> taps = new ArrayList<>(features.keySet());
            assertThat(taps).startsWith("stem", "layer1", "layer2", "layer3").endsWith("pooled", "logits");
            for (String tap : taps.subList(0, taps.size() - 2)) {
                Tensor feature = features.get(tap);
                assertThat(feature.dim()).isEqualTo(4);
                assertThat(feature.size(2)).as(tap).isEqualTo(feature.size(3)).isBetween(1L, (long) size);
            }
            Tensor last = features.get(taps.get(taps.size() - 3));
            assertThat(last.size(2)).isLessThan(features.get("stem").size(2));
            assertThat(Torch.shape(features.get("pooled"))).hasSize(2);
            assertThat(Torch.shape(features.get("logits"))).containsExactly(1, CLASSES);
            features.forEach((tap, feature) -> assertFinite(tap, feature));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theSeedDecidesItsWeightsAndAFileBringsThemToAnotherModel(String name) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = seeded(name, 1);
            assertThat(Models.parameters(name, CLASSES)).isEqualTo(model.parameters());
            assertThat(Models.description(name)).isNotBlank();
            assertThat(Torch.equal(
                            seeded(name, 1).weights().values(), model.weights().values()))
                    .isTrue();

            Model other = seeded(name, 2);
            Tensor image = images(1, 3, 32, 32);
            assertThat(Torch.equal(other.predict(image), model.predict(image))).isFalse();
            Path file = folder.resolve("weights.safetensors");
            Safetensors.write(file, model.tensors(), Map.of());
            WeightFiles.copyInto(other.tensors(), WeightFiles.read(file), name);
            other.loaded();
            assertThat(Torch.equal(other.predict(image), model.predict(image))).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aStepOnImagesOfOneChannelHasFiniteGradientsForEveryWeightInBothPrecisions(String name) {
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            try (TensorScope scope = TensorScope.open()) {
                Torch.manualSeed(3);
                Model model = Models.create(name, 1, CLASSES, precision);
                Tensor images = images(2, 1, 32, 32);
                Tensor before = model.weights().values().clone();
                step(model, images);
                assertThat(Torch.equal(model.weights().values(), before)).isFalse();
                assertFinite("weights", model.weights().values());
                assertFinite("logits", model.predict(images));
            }
        }
    }

    private static void step(Model model, Tensor images) {
        Tensor logits = model.forward(images, Mode.TRAINING);
        Term term = Term.mean(Component.TASK, CrossEntropy.of(logits, Torch.tensor(0, 5)), logits);
        Tensor[] used = model.weights().used();
        Tensor[] gradients = Torch.grad(List.of(logits), List.of(term.cotangent()), used, false);
        Tensor vector = Torch.zerosLike(model.weights().values());
        FlatWeights.gather(gradients, vector);
        assertFinite("gradients", vector);
        // A hundredth long: deep networks have huge gradients where a batch of two normalises a single pixel.
        double norm = Math.sqrt(Torch.item(Torch.sum(Torch.mul(vector, vector))));
        Torch.noGrad(() -> {
            Torch.add_(model.weights().values(), -0.01 / norm, vector);
        });
        model.weights().refresh();
    }

    @ParameterizedTest
    @MethodSource("names")
    void frozenItAnswersTheSame(String name) {
        Map<Precision, Double> bounds =
                Map.of(Precision.FLOAT64, 1e-12, Precision.FLOAT32, 1e-4, Precision.BFLOAT16, 0.1);
        bounds.forEach((precision, bound) -> {
            try (TensorScope scope = TensorScope.open()) {
                Model model = trained(name, precision);
                Tensor images = Torch.channelsLast(images(2, 3, 32, 32));
                Tensor before = images.clone();
                Tensor expected = model.predict(images);
                Tensor actual = model.frozen().apply(images);
                assertThat(largest(Torch.sub(actual, expected)))
                        .as(precision.name())
                        .isLessThan(bound * largest(expected));
                assertThat(Torch.equal(images, before)).isTrue();
            }
        });
    }

    /** As batches in training are, so that convolutions in tiles take part. */
    @ParameterizedTest
    @ValueSource(strings = {"resnet32x4", "vgg13", "wrn_40_2"})
    void frozenItAnswersTheSameOnALargeBatch(String name) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = trained(name, Precision.FLOAT32);
            Tensor images = images(32L * Torch.threads(), 3, 32, 32);
            Tensor expected = model.predict(images);
            Tensor difference = Torch.sub(model.frozen().apply(images), expected);
            assertThat(largest(difference)).isLessThan(1e-5 * largest(expected));
        }
    }

    /** With normalisations that do something. */
    private static Model trained(String name, Precision precision) {
        Torch.manualSeed(5);
        Model model = Models.create(name, 3, CLASSES, precision);
        model.tensors().forEach((tensor, values) -> {
            if (tensor.endsWith("running_var")) {
                Torch.noGrad(() -> Torch.uniform_(values, 0.5, 1.5));
            } else if (tensor.endsWith("running_mean") || tensor.endsWith("bias")) {
                Torch.noGrad(() -> Torch.uniform_(values, -0.2, 0.2));
            }
        });
        model.loaded();
        return model;
    }

    private static double largest(Tensor x) {
        return Arrays.stream(Torch.doubles(x)).map(Math::abs).max().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("names")
    void imagesOfOtherSizesAreTakenOrRefusedInOneSentence(String name) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = Models.create(name, 1, CLASSES, Precision.FLOAT32);
            assertFinite("28 x 28", model.predict(images(1, 1, 28, 28)));
            assertFinite("40 x 23", model.predict(images(1, 1, 40, 23)));
            Tensor tiny = images(1, 1, 5, 7);
            if (name.startsWith("vgg")) {
                assertThatThrownBy(() -> model.predict(tiny))
                        .isInstanceOf(BadInput.class)
                        .hasMessageContaining("8 x 8 or larger, found 5 x 7");
            } else {
                assertFinite("5 x 7", model.predict(tiny));
            }
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> Models.description("resnet9"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no model 'resnet9'")
                .hasMessageContaining("resnet8, ");
    }

    private static Model seeded(String name, long seed) {
        Torch.manualSeed(seed);
        return Models.create(name, 3, CLASSES, Precision.FLOAT32);
    }

    private static Tensor images(long... shape) {
        Tensor images = Torch.zeros(Precision.FLOAT32, shape);
        Torch.manualSeed(7);
        Torch.uniform_(images, -1, 1);
        return images;
    }

    /** One value that is not finite makes the sum so. */
    private static void assertFinite(String what, Tensor x) {
        assertThat(Torch.item(Torch.sum(x))).as(what).isFinite();
    }
}
