package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.export.ImageInput.NoImage;
import io.github.deepkd.export.Prediction.Guess;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Classifies image files, many at once. */
public final class Predictor {

    private static final int BATCH = 32;

    private final Student student;
    private final ImageInput input;
    private final int top;
    private final boolean skipping;
    private final List<Prediction> predictions = new ArrayList<>();
    private final Map<Path, String> skipped = new LinkedHashMap<>();
    private double networkSeconds;

    /**
     * What was found.
     *
     * @param skipped files that are no images, with the reason
     * @param networkSeconds those of the network alone, without reading and decoding
     */
    public record Predictions(
            List<Prediction> predictions, Map<Path, String> skipped, double seconds, double networkSeconds) {

        public double imagesPerSecond() {
            return predictions.size() / seconds;
        }
    }

    private Predictor(Student student, int top, boolean skipping) {
        this.student = student;
        this.input = new ImageInput(student.info());
        this.top = Math.min(top, student.info().classNames().size());
        this.skipping = skipping;
    }

    /**
     * Classifies the files, in order.
     *
     * @param top how many classes are told of each, at most
     * @param skipping whether a file that is no image is passed over; refused otherwise
     */
    public static Predictions of(Student student, List<Path> files, int top, boolean skipping) {
        Predictor predictor = new Predictor(student, top, skipping);
        long started = System.nanoTime();
        for (int first = 0; first < files.size(); first += BATCH) {
            predictor.batch(files.subList(first, Math.min(files.size(), first + BATCH)));
        }
        if (predictor.predictions.isEmpty()) {
            throw new BadInput("none of the " + files.size() + " files is an image: give PNG or JPEG files");
        }
        return new Predictions(
                predictor.predictions, predictor.skipped, secondsSince(started), predictor.networkSeconds);
    }

    private static double secondsSince(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    private void batch(List<Path> files) {
        List<Path> read = new ArrayList<>();
        List<float[]> images = new ArrayList<>();
        for (Path file : files) {
            try {
                images.add(input.read(file));
                read.add(file);
            } catch (NoImage e) {
                if (!skipping) {
                    throw new BadInput(e.getMessage() + ": remove it, or pass over such files with --skip-bad", e);
                }
                skipped.put(file, String.valueOf(e.getMessage()));
            }
        }
        if (!read.isEmpty()) {
            classify(read, images);
        }
    }

    private void classify(List<Path> files, List<float[]> images) {
        try (TensorScope step = TensorScope.open()) {
            Tensor batch = tensor(images);
            long started = System.nanoTime();
            Tensor probabilities = Torch.softmax(checked(student.network().apply(batch), files.size()));
            networkSeconds += secondsSince(started);
            Tensor labels = Torch.topK(probabilities, top);
            double[] label = Torch.doubles(labels);
            double[] probability = Torch.doubles(Torch.gather(probabilities, labels));
            for (int i = 0; i < files.size(); i++) {
                List<Guess> guesses = new ArrayList<>();
                for (int k = i * top; k < (i + 1) * top; k++) {
                    int number = (int) label[k];
                    guesses.add(new Guess(student.info().classNames().get(number), number, probability[k]));
                }
                predictions.add(new Prediction(files.get(i), guesses));
            }
        }
    }

    private Tensor checked(Tensor logits, int images) {
        long[] expected = {images, student.info().classNames().size()};
        if (!Arrays.equals(Torch.shape(logits), expected)) {
            throw new BadInput("%s answers with the shape %s, but names %d classes, which is %s: write"
                            .formatted(
                                    student.source(),
                                    Arrays.toString(Torch.shape(logits)),
                                    expected[1],
                                    Arrays.toString(expected))
                    + " it again with deepkd export");
        }
        return logits;
    }

    private Tensor tensor(List<float[]> images) {
        int size = student.info().shape().size();
        FloatBuffer all = FloatBuffer.allocate(images.size() * size);
        images.forEach(all::put);
        return Torch.tensor(
                all.flip(),
                images.size(),
                student.info().shape().channels(),
                student.info().shape().height(),
                student.info().shape().width());
    }
}
