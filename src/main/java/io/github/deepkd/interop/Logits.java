package io.github.deepkd.interop;

import io.github.deepkd.BadInput;
import io.github.deepkd.tensor.Torch;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** What a network of unknown making must answer with. */
final class Logits {

    private Logits() {}

    /**
     * @param images N
     * @throws BadInput if the answer is not [N, classes]
     */
    static Tensor require(String source, Tensor answer, long images, int classes) {
        require(source, Torch.shape(answer), images, classes);
        return answer;
    }

    /** {@link #require(String, Tensor, long, int)} of an answer's shape. */
    static void require(String source, long[] shape, long images, int classes) {
        if (shape.length != 2 || shape[0] != images) {
            throw new BadInput(
                    "%s answers %d images with the shape %s, not with logits [%d, %d]: save a classifier's logits"
                            .formatted(source, images, Arrays.toString(shape), images, classes));
        }
        if (shape[1] != classes) {
            throw new BadInput("%s has %d classes, the data has %d; give a network trained for %d classes"
                    .formatted(source, shape[1], classes, classes));
        }
    }
}
