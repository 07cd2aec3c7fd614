package io.github.deepkd.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.tensor.NativeMemory;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SequenceTest {

    private static final Layer INCREMENT = (x, mode) -> mode.tap("layer", Torch.add(x, 1));
    private static final Layer ITSELF = (x, mode) -> x;

    @Test
    void aPassKeepsNoTensorButItsResult() {
        Sequence layers = Layer.sequence(List.of(INCREMENT, Layer.RELU, ITSELF, INCREMENT, INCREMENT, ITSELF));
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Torch.ones(Precision.FLOAT32, 2, 3);
            long before = NativeMemory.objects();
            Tensor y = layers.forward(x, Mode.TRAINING);
            assertThat(NativeMemory.objects() - before).isLessThanOrEqualTo(1); // others' may be collected meanwhile
            assertThat(Torch.doubles(y)).containsOnly(4);
            assertThat(Torch.doubles(x)).containsOnly(1);
        }
    }

    @Test
    void gradientsNeedNoTensorThatJavaKeeps() {
        Layer square = (x, mode) -> Torch.mul(x, x);
        Sequence layers = Layer.sequence(List.of(square, square, square));
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Torch.requireGrad(Torch.mul(2, Torch.ones(Precision.FLOAT64, 2)));
            Tensor y = layers.forward(x, Mode.TRAINING);
            Tensor[] gradient = Torch.grad(List.of(y), List.of(Torch.onesLike(y)), new Tensor[] {x}, false);
            assertThat(Torch.doubles(gradient[0])).containsOnly(8 * 128); // of x to the 8th
        }
    }

    @Test
    void whoeverIsShownATensorMayKeepIt() {
        Map<String, Tensor> features = new HashMap<>();
        Sequence layers = Layer.sequence(List.of(INCREMENT, ITSELF, (x, mode) -> Torch.mul(x, x)));
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Torch.ones(Precision.FLOAT32, 2);
            Tensor y = layers.forward(x, Mode.EVALUATION.tapping(features::put));
            assertThat(Torch.doubles(y)).containsOnly(4);
            assertThat(Torch.doubles(features.get("layer"))).containsOnly(2);
        }
    }
}
