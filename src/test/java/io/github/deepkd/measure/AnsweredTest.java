package io.github.deepkd.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.loss.Semantics;
import io.github.deepkd.report.Measured;
import io.github.deepkd.report.Measured.Difference;
import io.github.deepkd.report.RunEvent.Evaluation;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class AnsweredTest {

    /** Rows of probabilities as logits. */
    private static Tensor logits(double[]... rows) {
        double[] values = new double[rows.length * rows[0].length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.log(rows[i / rows[0].length][i % rows[0].length]);
        }
        return Torch.tensor(values, rows.length, rows[0].length);
    }

    @Test
    void certaintyIsThatOfTheProbabilities() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor z = logits(new double[] {0.5, 0.25, 0.25}, new double[] {0.1, 0.1, 0.8});
            Measured.Certainty certainty = Answered.certainty(z, Torch.tensor(0, 1));
            assertThat(certainty.top1()).isEqualTo(50);
            assertThat(certainty.confidence()).isCloseTo(65, within(1e-9));
            double first = 1.5 * Math.log(2);
            double second = -0.2 * Math.log(0.1) - 0.8 * Math.log(0.8);
            assertThat(certainty.entropy()).isCloseTo((first + second) / 2, within(1e-12));
        }
    }

    @Test
    void theMaskKeepsTheTeachersLargestNonTargetClasses() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor zt = logits(new double[] {0.2, 0.4, 0.3, 0.1}, new double[] {0.5, 0.2, 0.2001, 0.0999});
            Tensor zs = logits(new double[] {0.6, 0.1, 0.2, 0.1}, new double[] {0.1, 0.1, 0.3, 0.5});
            Measured.Mask two = Answered.mask(zs, zt, Torch.tensor(0, 0), 2, Semantics.PAPER);
            assertThat(two.k()).isEqualTo(2);
            assertThat(two.keptMass()).isCloseTo(100 * (0.7 / 0.8 + 0.4001 / 0.5) / 2, within(1e-9));
            assertThat(two.agreement()).isEqualTo(50); // class 1 against 2; 2 for both, for 3 is dropped
            Measured.Mask all = Answered.mask(zs, zt, Torch.tensor(0, 0), 4, Semantics.PAPER);
            assertThat(all.k()).isEqualTo(3);
            assertThat(all.keptMass()).isCloseTo(100, within(1e-9));
            assertThat(all.agreement()).isZero();
        }
    }

    @Test
    void theCalibrationErrorIsTheGapOfEachBinByItsShareOfImages() {
        try (TensorScope scope = TensorScope.open()) {
            TestAnswers answers = new TestAnswers(3);
            // two images in one bin, one right: gap |0.5 - 0.81|; one in another, wrong: gap 0.5
            answers.add(new long[] {0, 1}, logits(new double[] {0.81, 0.1, 0.09}, new double[] {0.81, 0.1, 0.09}));
            answers.add(new long[] {1}, logits(new double[] {0.5, 0.3, 0.2}));
            assertThat(answers.calibrationError()).isCloseTo(100 * (2 * 0.31 + 0.5) / 3, within(1e-9));
        }
    }

    @Test
    void studentAndTeacherAreComparedImageByImage() {
        try (TensorScope scope = TensorScope.open()) {
            double[] zero = {0.8, 0.1, 0.1};
            double[] one = {0.1, 0.8, 0.1};
            TestAnswers teacher = new TestAnswers(3);
            TestAnswers student = new TestAnswers(3);
            long[] labels = {0, 0, 1, 1};
            teacher.add(labels, logits(zero, zero, zero, one));
            student.add(labels, logits(zero, one, one, zero));
            Evaluation event = student.event("student", 3, teacher);
            assertThat(event.agreement()).isEqualTo(25);
            assertThat(event.classTop1()).containsExactly(50.0, 50.0, null);
            assertThat(event.differences())
                    .containsExactly(
                            new Difference(0, 1, 2, 1, 1, java.util.List.of(1, 2)),
                            new Difference(1, 0, 1, 1, 0, java.util.List.of(3)));
            assertThat(teacher.event("teacher", 0, null).agreement()).isNull();
        }
    }
}
