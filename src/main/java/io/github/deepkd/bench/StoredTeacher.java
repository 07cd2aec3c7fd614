package io.github.deepkd.bench;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.AnswersWriter;
import io.github.deepkd.answers.Description;
import io.github.deepkd.data.Batch;
import io.github.deepkd.files.Reason;
import io.github.deepkd.models.Model;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/** A network's answers to one batch in a folder of their own, all logits, as {@code deepkd teach} stores them. */
record StoredTeacher(Path folder, Teacher teacher) implements AutoCloseable {

    static StoredTeacher of(BenchPlan plan, Model network, Batch batch) {
        try {
            Path folder = Files.createTempDirectory("deepkd-bench-");
            Description description = new Description(
                    Description.FORMAT,
                    batch.draw().epoch(),
                    batch.views().size(),
                    batch.size(),
                    plan.classes(),
                    0,
                    batch.size(),
                    batch.draw().seed(),
                    new TreeMap<>());
            try (AnswersWriter writer = AnswersWriter.open(folder, description)) {
                writer.store(batch.draw().epoch(), 0, batch.labels(), logits(network, batch));
            }
            return new StoredTeacher(folder, Teacher.stored(Answers.open(folder, description)));
        } catch (IOException e) {
            throw new BadInput("the folder for temporary files cannot be written: " + Reason.of(e), e);
        }
    }

    private static float[][] logits(Model network, Batch batch) {
        try (TensorScope asking = TensorScope.open()) {
            return batch.views().stream()
                    .map(view -> network.predict(Evaluator.images(batch, view)))
                    .map(StoredTeacher::floats)
                    .toArray(float[][]::new);
        }
    }

    private static float[] floats(Tensor logits) {
        float[] floats = new float[Math.toIntExact(logits.numel())];
        Torch.floats(logits).get(floats);
        return floats;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            for (Path file : all) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new BadInput(folder + " cannot be deleted: " + Reason.of(e), e);
        }
    }
}
