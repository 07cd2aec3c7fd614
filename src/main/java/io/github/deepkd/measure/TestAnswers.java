package io.github.deepkd.measure;

import io.github.deepkd.report.Measured;
import io.github.deepkd.report.Measured.Difference;
import io.github.deepkd.report.RunEvent.Evaluation;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** What a network answers to every test image, in their order. */
public final class TestAnswers {

    private static final int BINS = 15;
    private static final int DIFFERENCES = 20;
    private static final int IMAGES = 8;

    private record Answer(int label, int given, double confidence, double entropy) {

        boolean right() {
            return given == label;
        }
    }

    private final int classes;
    private final List<Answer> answers = new ArrayList<>();

    /** @param classes C */
    public TestAnswers(int classes) {
        this.classes = classes;
    }

    /**
     * The next images.
     *
     * @param z logits [N, C]
     */
    public void add(long[] labels, Tensor z) {
        double[] given = Torch.doubles(Answered.classes(z));
        double[] confidence = Torch.doubles(Answered.confidence(z));
        double[] entropy = Torch.doubles(Answered.entropy(z));
        for (int i = 0; i < labels.length; i++) {
            answers.add(new Answer((int) labels[i], (int) given[i], confidence[i], entropy[i]));
        }
    }

    /**
     * The event.
     *
     * @param epoch done by now
     * @param teacher what the teacher answered to the same images; null without one, or for itself
     */
    public Evaluation event(String network, int epoch, @Nullable TestAnswers teacher) {
        return new Evaluation(
                network,
                epoch,
                certainty(),
                calibrationError(),
                classTop1(),
                teacher == null ? null : agreement(teacher),
                teacher == null ? List.of() : differences(teacher));
    }

    /** Percent. */
    public double top1() {
        return 100.0 * answers.stream().filter(Answer::right).count() / answers.size();
    }

    private Measured.Certainty certainty() {
        return new Measured.Certainty(
                top1(),
                100 * answers.stream().mapToDouble(Answer::confidence).average().orElseThrow(),
                answers.stream().mapToDouble(Answer::entropy).average().orElseThrow());
    }

    /**
     * Expected calibration error (Guo et al., ICML 2017) over 15 bins of equal width, percent: the images' mean distance
     * between their bin's accuracy and its mean confidence.
     */
    double calibrationError() {
        double[] gaps = new double[BINS]; // of each bin, summed over its images
        for (Answer answer : answers) {
            int bin = (int) Math.min(BINS - 1, answer.confidence * BINS);
            gaps[bin] += (answer.right() ? 1 : 0) - answer.confidence;
        }
        double sum = 0;
        for (double gap : gaps) {
            sum += Math.abs(gap);
        }
        return 100 * sum / answers.size();
    }

    private List<@Nullable Double> classTop1() {
        int[] images = new int[classes];
        int[] right = new int[classes];
        for (Answer answer : answers) {
            images[answer.label]++;
            right[answer.label] += answer.right() ? 1 : 0;
        }
        List<@Nullable Double> shares = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            shares.add(images[c] == 0 ? null : 100.0 * right[c] / images[c]);
        }
        return shares;
    }

    private double agreement(TestAnswers other) {
        int same = 0;
        for (int i = 0; i < answers.size(); i++) {
            same += answers.get(i).given == other.answers.get(i).given ? 1 : 0;
        }
        return 100.0 * same / answers.size();
    }

    private List<Difference> differences(TestAnswers teacher) {
        Map<List<Integer>, List<Integer>> images = new TreeMap<>(
                Comparator.<List<Integer>>comparingInt(pair -> pair.get(0)).thenComparingInt(pair -> pair.get(1)));
        for (int i = 0; i < answers.size(); i++) {
            List<Integer> pair = List.of(teacher.answers.get(i).given, answers.get(i).given);
            if (!pair.get(0).equals(pair.get(1))) {
                images.computeIfAbsent(pair, key -> new ArrayList<>()).add(i);
            }
        }
        return images.entrySet().stream()
                .map(entry -> difference(entry.getKey(), entry.getValue(), teacher))
                .sorted(Comparator.comparingInt(Difference::count).reversed())
                .limit(DIFFERENCES)
                .toList();
    }

    private Difference difference(List<Integer> pair, List<Integer> images, TestAnswers teacher) {
        return new Difference(
                pair.get(0),
                pair.get(1),
                images.size(),
                (int) images.stream()
                        .filter(i -> teacher.answers.get(i).right())
                        .count(),
                (int) images.stream().filter(i -> answers.get(i).right()).count(),
                images.stream().limit(IMAGES).toList());
    }
}
