package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.AnswersWriter;
import io.github.deepkd.answers.Description;
import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Loader;
import io.github.deepkd.models.Model;
import io.github.deepkd.report.StoringProgress;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Asks a teacher once about the views of the first N epochs and stores its answers, to be trained from later. */
public final class Teaching {

    private final RunConfig config;
    private final String teacher;
    private final UnaryOperator<Tensor> network;
    private final Loader loader;
    private final AnswersWriter writer;
    private final Description description;
    private final StoringProgress progress;
    private final CompactError error;

    private Teaching(
            RunConfig config,
            String teacher,
            UnaryOperator<Tensor> network,
            Loader loader,
            AnswersWriter writer,
            Description description,
            StoringProgress progress) {
        this.config = config;
        this.teacher = teacher;
        this.network = network;
        this.loader = loader;
        this.writer = writer;
        this.description = description;
        this.progress = progress;
        this.error = new CompactError(description);
    }

    /**
     * Stores the answers of the recipe's teacher, or those that are missing where the folder holds some.
     *
     * @param views N, how many epochs' views are answered
     * @param top how many of the largest logits are kept beside the label's; 0 for all
     * @return how far what is kept lies from what was answered; nothing where all logits are kept
     */
    public static String store(RunConfig config, int views, int top, Path folder, StoringProgress progress) {
        try (TensorScope run = TensorScope.open()) {
            Run.prepareLibtorch(config);
            Dataset data = Run.openData(config);
            Run.requireTrainable(data);
            Model teacher = Networks.teacher(config, data);
            UnaryOperator<Tensor> network = teacher.frozen(); // which is asked in training too
            int images = Run.training(config, data).size();
            Description description = AnswerSettings.toStore(config, data, images, views, top);
            try (AnswersWriter writer = AnswersWriter.open(folder, description)) {
                double top1 = Run.evaluator(config, data).of(network).top1();
                progress.begin(plan(description, writer, teacher, top1));
                return new Teaching(
                                config,
                                teacher.name(),
                                network,
                                Run.loader(config, data),
                                writer,
                                description,
                                progress)
                        .store();
            }
        }
    }

    private static StoringProgress.Plan plan(
            Description description, AnswersWriter writer, Model teacher, double top1) {
        return new StoringProgress.Plan(
                teacher.name(),
                top1,
                description.views(),
                description.images(),
                description.imageViews(),
                description.classes(),
                description.top(),
                description.bytesPerView(),
                description.bytes(),
                description.chunks(),
                writer.stored());
    }

    private String store() {
        for (int epoch = 1; epoch <= description.views(); epoch++) {
            int from = writer.firstMissing(epoch);
            if (from >= 0) {
                store(epoch, from);
            }
        }
        progress.end();
        return error.toString();
    }

    private void store(int epoch, int from) {
        try (Epoch batches = loader.inOrder(config.seed(), epoch, from)) {
            while (batches.hasNext()) {
                try (TensorScope step = TensorScope.open()) {
                    Batch batch = batches.next();
                    if (writer.isMissing(epoch, batch.ids()[0])) {
                        writer.store(epoch, batch.ids()[0], batch.labels(), answers(batch));
                        progress.at(writer.stored(), batch.size() * description.viewsPerEpoch());
                    }
                }
            }
        }
    }

    /** For each view [N, C]. */
    private float[][] answers(Batch batch) {
        float[][] answers = new float[batch.views().size()][];
        for (int view = 0; view < answers.length; view++) {
            answers[view] =
                    floats(network.apply(Evaluator.images(batch, batch.views().get(view))));
            requireFinite(answers[view]);
            error.add(batch.labels(), answers[view]);
        }
        return answers;
    }

    private static float[] floats(Tensor logits) {
        double[] values = Torch.doubles(logits); // which float32 fits into, and comes out of unchanged
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private void requireFinite(float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new BadInput("the teacher " + teacher + " answers " + logit + " to an image: "
                        + config.teacher().weights() + " holds weights that are no numbers, or too large for "
                        + "--precision " + description.settings().get("precision") + "; give other weights");
            }
        }
    }
}
