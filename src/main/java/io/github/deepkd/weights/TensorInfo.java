package io.github.deepkd.weights;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A tensor without its values.
 *
 * @param type of its elements, such as {@code F32}
 */
public record TensorInfo(String name, String type, List<Long> shape) {

    /** Of each tensor, in order. */
    public static List<TensorInfo> of(Map<String, Tensor> tensors) {
        return tensors.entrySet().stream()
                .map(named -> new TensorInfo(
                        named.getKey(),
                        Tensors.type(named.getValue()).map(Enum::name).orElse("?"),
                        Tensors.shape(named.getValue())))
                .toList();
    }

    /** The number of its values. */
    public long values() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }
}
