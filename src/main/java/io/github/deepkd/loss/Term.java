package io.github.deepkd.loss;

import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/**
 * One summand of a method's loss: its value, and what pulls it back to the student's weights.
 *
 * @param component whose momentum its gradient gets
 * @param value the batch's loss, no dimensions, weight included
 * @param output what the student put out, such as its logits [N, C], graph attached
 * @param cotangent d value / d output, shaped like it
 */
public record Term(Component component, Tensor value, Tensor output, Tensor cotangent) {

    /** The batch mean of {@code loss} times {@code weight}. */
    public static Term mean(Component component, double weight, PerSample loss, Tensor logits) {
        Tensor value = Torch.mul(weight, Torch.mean(loss.value()));
        Tensor cotangent = Torch.mul(weight / logits.size(0), loss.gradient());
        return new Term(component, value, logits, cotangent);
    }
}
