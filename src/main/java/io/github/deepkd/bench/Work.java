package io.github.deepkd.bench;

import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network's convolutions and matrix products multiply and add for one image; all else a network does is small
 * beside it.
 *
 * @param forward multiply-adds of a forward pass
 * @param first those of the first layer, whose input needs no gradient
 */
record Work(long forward, long first) {

    static final Work NONE = new Work(0, 0);

    /** @param shape of an image */
    static Work of(Model model, Shape shape) {
        List<Long> products = new ArrayList<>();
        Mode mode = Mode.EVALUATION.watching((weight, output) -> {
            long positions = output.numel() / output.size(1); // [1, C, H, W] or [1, C]
            products.add(positions * weight.value().numel());
        });
        try (TensorScope dryRun = TensorScope.open()) {
            Tensor image = Torch.zeros(Precision.FLOAT32, 1, shape.channels(), shape.height(), shape.width());
            Torch.noGrad(() -> {
                model.forward(image, mode);
            });
        }
        return new Work(products.stream().mapToLong(Long::longValue).sum(), products.get(0));
    }

    /** One pull: the gradient of every product's weight and of every product's input. */
    long backward() {
        return 2 * forward - first;
    }

    /**
     * Floating-point operations, two a multiply-add, of training with one image.
     *
     * @param pulls backward passes
     */
    static double flop(Work student, Work teacher, int pulls) {
        return 2.0 * (student.forward + pulls * student.backward() + teacher.forward);
    }
}
