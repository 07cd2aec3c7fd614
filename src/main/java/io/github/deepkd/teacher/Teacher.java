package io.github.deepkd.teacher;

import io.github.deepkd.models.Model;
import org.bytedeco.pytorch.Tensor;

/** Answers a batch with soft targets. */
@FunctionalInterface
public interface Teacher {

    /**
     * @param images [N, C, H, W], as the student sees them
     * @return logits zt [N, classes], no graph attached
     */
    Tensor logits(Tensor images);

    /** A pretrained network that does not change. */
    static Teacher frozen(Model model) {
        return model.frozen()::apply;
    }
}
