package io.github.deepkd.loss;

import io.github.deepkd.tensor.Torch;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

    /** The batch mean of {@code loss}. */
    public static Term mean(Component component, PerSample loss, Tensor logits) {
        Tensor cotangent = Torch.mul(1.0 / logits.size(0), loss.gradient()).detach();
        return new Term(component, Torch.mean(loss.value()), logits, cotangent);
    }

    /** The batch's loss of each component, its terms added up. */
    public static Map<Component, Double> values(List<Term> terms) {
        Map<Component, Double> values = new EnumMap<>(Component.class);
        terms.forEach(term -> values.merge(term.component, Torch.item(term.value), Double::sum));
        return values;
    }

    /** The sum of two terms of the same component and output. */
    public Term plus(Term other) {
        return new Term(component, Torch.add(value, other.value), output, Torch.add(cotangent, other.cotangent));
    }
}
