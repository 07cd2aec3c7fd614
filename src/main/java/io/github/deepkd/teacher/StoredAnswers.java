package io.github.deepkd.teacher;

import io.github.deepkd.answers.Answers;
import io.github.deepkd.data.Batch;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;

/** Looks up what a teacher answered to the views of a batch. */
final class StoredAnswers {

    private StoredAnswers() {}

    static Tensor logits(Answers answers, Batch batch, int view) {
        int classes = answers.description().classes();
        float[] logits = new float[batch.size() * classes];
        if (batch.draw().seed() != answers.description().seed()) {
            throw new IllegalStateException("the batch's views " + batch.draw() + " are not those that were answered");
        }
        for (int i = 0; i < batch.size(); i++) {
            int label = Math.toIntExact(batch.labels()[i]);
            answers.read(batch.draw().epoch(), batch.ids()[i], view, label, logits, i * classes);
        }
        return Torch.tensor(logits, batch.size(), classes);
    }
}
