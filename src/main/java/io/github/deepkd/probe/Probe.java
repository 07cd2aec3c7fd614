package io.github.deepkd.probe;

import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.PerSample;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.FlatWeights;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.Evaluator;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A student and some labelled images: its loss, accuracy and gradient at any weights. Batch norm is in evaluation mode. */
final class Probe {

    /** Images [N, C, H, W] with their labels [N]. */
    private record Labelled(Tensor images, Tensor labels) {}

    /** Mean cross-entropy, and accuracy in percent. */
    record Measured(double loss, double top1) {}

    private final Model student;
    private final List<Labelled> batches = new ArrayList<>();
    private long samples;

    /** Keeps all images; they belong to the innermost scope. */
    Probe(Model student, Epoch images) {
        this.student = student;
        while (images.hasNext()) {
            Batch batch = images.next();
            batches.add(new Labelled(Evaluator.images(batch, batch.images()), Torch.tensor(batch.labels())));
            samples += batch.size();
        }
    }

    /** The student's own weights [P]: those at which it is measured. */
    Tensor weights() {
        return student.weights().values();
    }

    /** Moves the student to {@code weights} [P]. */
    void moveTo(Tensor weights) {
        Torch.noGrad(() -> {
            Torch.copy_(weights(), weights);
        });
        student.loaded();
    }

    Measured measure() {
        double loss = 0;
        double hits = 0;
        for (Labelled batch : batches) {
            try (TensorScope step = TensorScope.open()) {
                Tensor logits = student.predict(batch.images());
                loss += Torch.item(
                        Torch.sum(CrossEntropy.of(logits, batch.labels()).value()));
                hits += Torch.item(Torch.sum(Torch.equalTo(Torch.topK(logits, 1), Torch.column(batch.labels()))));
            }
        }
        return new Measured(loss / samples, 100 * hits / samples);
    }

    /** The mean loss's gradient [P]; it belongs to the innermost scope. */
    Tensor gradient() {
        Tensor sum = Torch.zerosLike(weights());
        for (Labelled batch : batches) {
            try (TensorScope step = TensorScope.open()) {
                Tensor logits = student.forward(batch.images(), Mode.EVALUATION);
                PerSample loss = CrossEntropy.of(logits, batch.labels());
                Tensor vector = Torch.zerosLike(sum);
                FlatWeights.gather(
                        Torch.grad(
                                List.of(logits),
                                List.of(loss.gradient()),
                                student.weights().used(),
                                false),
                        vector);
                Torch.add_(sum, 1.0 / samples, vector);
            }
        }
        return sum;
    }
}
