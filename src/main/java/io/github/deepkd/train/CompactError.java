package io.github.deepkd.train;

import io.github.deepkd.answers.Description;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.tensor.Torch;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.bytedeco.pytorch.Tensor;

/**
 * How far answers of which only the largest logits are kept lie from the whole ones: NCKD with the whole answer as the
 * teacher's and what is read back as the student's, 0 where they agree. For scale, the same with equal logits as the
 * student's.
 */
final class CompactError {

    private final Description description;
    private final At cold = new At(1);
    private final At warm = new At(4);

    CompactError(Description description) {
        this.description = description;
    }

    /**
     * @param labels [N]
     * @param logits [N, C], as the teacher answered
     */
    void add(long[] labels, float[] logits) {
        if (description.top() > 0) {
            Tensor whole = Torch.tensor(logits, labels.length, description.classes());
            Tensor kept = Torch.tensor(description.kept(labels, logits), labels.length, description.classes());
            cold.add(kept, whole, labels);
            warm.add(kept, whole, labels);
        }
    }

    /** For people; empty where nothing was left out, or nothing stored. */
    @Override
    public String toString() {
        return cold.count == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "NCKD from the whole answers to what is kept of them, and in brackets to equal shares for all"
                                + " other classes: %s, %s (mean ± standard deviation, n = %,d)",
                        cold,
                        warm,
                        cold.count);
    }

    /** At one temperature. */
    private static final class At {

        private final double tau;
        private final Mean mean = Mean.create();
        private final StandardDeviation deviation = StandardDeviation.create();
        private final Mean ofEqualShares = Mean.create();
        private long count;

        At(double tau) {
            this.tau = tau;
        }

        private void add(Tensor kept, Tensor whole, long[] labels) {
            for (double value : nckd(kept, whole, labels)) {
                mean.accept(value);
                deviation.accept(value);
                count++;
            }
            Arrays.stream(nckd(Torch.zerosLike(whole), whole, labels)).forEach(ofEqualShares);
        }

        private double[] nckd(Tensor student, Tensor teacher, long[] labels) {
            int all = (int) teacher.size(1);
            return Torch.doubles(DecoupledKl.of(student, teacher, Torch.tensor(labels), tau, all, Semantics.PAPER)
                    .nonTarget()
                    .value());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.4f ± %.4f (%.4f) at temperature %.0f",
                    mean.getAsDouble(),
                    deviation.getAsDouble(),
                    ofEqualShares.getAsDouble(),
                    tau);
        }
    }
}
