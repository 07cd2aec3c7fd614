package io.github.deepkd.teacher;

import io.github.deepkd.answers.Answers;
import io.github.deepkd.data.Batch;
import io.github.deepkd.models.Model;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Answers a batch with soft targets. */
@FunctionalInterface
public interface Teacher {

    /**
     * @param batch which images these are, and what their views were drawn from
     * @param view which of the batch's views, from 0
     * @param images that view [N, C, H, W], as the student sees it
     * @return logits zt [N, classes], no graph attached
     */
    Tensor logits(Batch batch, int view, Tensor images);

    /** A pretrained network that does not change. */
    static Teacher frozen(Model model) {
        return frozen(model.frozen());
    }

    /** @param network from images to logits, as {@link Model#frozen} gives it */
    static Teacher frozen(UnaryOperator<Tensor> network) {
        return (batch, view, images) -> network.apply(images);
    }

    /** What one answered before; no network is asked. */
    static Teacher stored(Answers answers) {
        return (batch, view, images) -> StoredAnswers.logits(answers, batch, view);
    }
}
