package io.github.deepkd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class WorkTest {

    private static final Shape CIFAR = new Shape(3, 32, 32);

    /** By hand, from the layers of He et al. 2016 with projection shortcuts. */
    @Test
    void resNet20MultipliesAndAddsAsOftenAsItsLayersSay() {
        long stem = 3 * 16 * 9 * 32 * 32;
        long same = 16 * 16 * 9 * 32 * 32; // halving the side and doubling the channels keeps it
        long stages = 6 * same + 2 * (same / 2 + 5 * same);
        long shortcuts = 16 * 32 * 16 * 16 + 32 * 64 * 8 * 8;
        long classifier = 64 * 100;
        assertThat(work("resnet20", CIFAR)).isEqualTo(new Work(stem + stages + shortcuts + classifier, stem));
    }

    /** Known in the literature as 0.3 GFLOPs of multiply-adds; the paper of MobileNetV2 says 300 million. */
    @Test
    void groupedConvolutionsCountTheirOwnGroupsOnly() {
        long forward = work("imagenet_mobilenet_v2", new Shape(3, 224, 224)).forward();
        assertThat(forward).isBetween(295_000_000L, 305_000_000L);
    }

    @Test
    void aPullCostsTwoForwardPassesButForTheGradientOfTheImages() {
        Work student = new Work(100, 10);
        Work teacher = new Work(1000, 20);
        assertThat(student.backward()).isEqualTo(190);
        assertThat(Work.flop(student, teacher, 2)).isEqualTo(2.0 * (100 + 2 * 190 + 1000));
    }

    private static Work work(String model, Shape shape) {
        try (TensorScope scope = TensorScope.open()) {
            return Work.of(Models.create(model, 3, shape.height() == 32 ? 100 : 1000, Precision.FLOAT32), shape);
        }
    }
}
