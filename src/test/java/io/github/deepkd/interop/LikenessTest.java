package io.github.deepkd.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LikenessTest {

    @Test
    void everyArchitectureIsRecognisedByItsTensorsWithClassesAndChannels() {
        try (TensorScope scope = TensorScope.open()) {
            for (String name :
                    List.of("resnet32x4", "wrn_40_2", "vgg13", "MobileNetV2", "ShuffleV1", "imagenet_resnet50")) {
                Likeness found = Likeness.of(Models.shapes(name, 1, 17)).orElseThrow();
                assertThat(found).isEqualTo(new Likeness(name, 17, 1, 1.0));
                assertThat(found).hasToString("it looks like " + name + " with 17 classes");
            }
        }
    }

    @Test
    void namesOfOtherProgramsAndAFewOtherTensorsStillLookAlike() {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, List<Long>> shapes = new LinkedHashMap<>();
            Models.shapes("resnet20", 3, 10).forEach((name, shape) -> {
                if (!name.contains("downsample")) {
                    shapes.put(name.replace("fc.", "linear."), shape);
                }
            });
            Likeness found = Likeness.of(shapes).orElseThrow();
            assertThat(found.model()).isEqualTo("resnet20");
            assertThat(found.isExact()).isFalse();
            assertThat(found).hasToString("it looks most like resnet20 with 10 classes");
        }
    }

    @Test
    void otherTensorsLookLikeNothing() {
        assertThat(Likeness.of(Map.of("embedding.weight", List.of(1000L, 64L)))).isEmpty();
        assertThat(Likeness.of(Map.of("scale", List.of(3L)))).isEmpty();
    }
}
