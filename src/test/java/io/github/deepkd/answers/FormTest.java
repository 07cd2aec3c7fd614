package io.github.deepkd.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.PerSample;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class FormTest {

    @Property(tries = 200)
    void allLogitsComeBackBitForBit(@ForAll Random random, @ForAll @IntRange(min = 2, max = 50) int classes) {
        float[] logits = logits(random, classes, 10);
        assertThat(throughFile(Form.of(classes, 0), logits, 1)).containsExactly(logits);
    }

    @Property(tries = 500)
    void theLargestKeepTheirOrderTheLabelIsExactAndTheRestKeepsItsSum(
            @ForAll Random random,
            @ForAll @IntRange(min = 3, max = 60) int classes,
            @ForAll @IntRange(min = 0, max = 1_000) int draw) {
        int top = 1 + draw % (classes - 2);
        int label = draw % classes;
        float[] exact = logits(random, classes, 20);
        float[] read = throughFile(Form.of(classes, top), exact, label);

        assertThat(read[label]).isEqualTo(exact[label]);
        List<Integer> others = othersLargestFirst(exact, label);
        float largest = exact[others.get(0)];
        assertThat(read[others.get(0)]).isEqualTo(largest);
        for (int c : others.subList(0, top)) {
            assertThat(read[c]).isCloseTo(exact[c], within((largest - exact[c]) / 2048 + 1e-5f));
        }
        List<Integer> rest = others.subList(top, others.size());
        assertThat(logSum(read, rest)).isCloseTo(logSum(exact, rest), within(2e-2));
        float smallestKept = (float)
                others.subList(0, top).stream().mapToDouble(c -> read[c]).min().orElseThrow();
        assertThat(rest).allSatisfy(c -> assertThat(read[c]).isLessThanOrEqualTo(smallestKept));
    }

    /** With a mask of no more classes than were kept: TCKD and NCKD are those of the whole answer, but for rounding. */
    @Property(tries = 200)
    void theLossesOfAMaskThatFitsAreKept(@ForAll Random random, @ForAll @IntRange(min = 1, max = 8) int k) {
        int label = random.nextInt(10);
        float[] exact = logits(random, 10, 5);
        float[] kept = throughFile(Form.of(10, 8), exact, label);
        try (TensorScope scope = TensorScope.open()) {
            Tensor student = Torch.tensor(logits(random, 10, 2), 1, 10);
            DecoupledKl expected = losses(student, exact, label, k);
            DecoupledKl actual = losses(student, kept, label, k);
            assertThat(value(actual.target())).isCloseTo(value(expected.target()), within(5e-3));
            assertThat(value(actual.nonTarget())).isCloseTo(value(expected.nonTarget()), within(5e-3));
        }
    }

    private static DecoupledKl losses(Tensor student, float[] teacher, int label, int k) {
        return DecoupledKl.of(student, Torch.tensor(teacher, 1, 10), Torch.tensor((long) label), 1, k, Semantics.PAPER);
    }

    private static double value(PerSample loss) {
        return Torch.item(Torch.sum(loss.value()));
    }

    /** All 65,536 float16 numbers, and a float32 in every gap between two, against libtorch. */
    @Test
    void halfPrecisionIsThatOfLibtorch() {
        Random random = new Random(5);
        for (int bits = 0; bits < 1 << Short.SIZE; bits++) {
            float exact = Half.toFloat((short) bits);
            if (Float.isNaN(exact)) {
                assertThat(Half.of(exact) & 0x7FFF).isGreaterThan(0x7C00);
            } else {
                assertThat(Half.of(exact)).isEqualTo((short) bits);
            }
        }
        float[] values = new float[200_000];
        for (int i = 0; i < values.length; i++) {
            float value = Half.toFloat((short) random.nextInt());
            float gap = Math.ulp(value) * (1 << 13) * random.nextInt(3) / 2; // ties included
            values[i] = Float.isFinite(value) ? value + gap : random.nextFloat() * 70_000;
        }
        short[] expected = libtorch(values);
        for (int i = 0; i < values.length; i++) {
            assertThat(Half.of(values[i])).as("%s", values[i]).isEqualTo(expected[i]);
        }
    }

    private static short[] libtorch(float[] values) {
        Tensor half = torch.from_blob(
                        new FloatPointer(values), new long[] {values.length}, new TensorOptions(ScalarType.Float))
                .to(ScalarType.Half);
        short[] bits = new short[values.length];
        new ShortPointer(half.data_ptr()).get(bits);
        assertThat(Torch.shape(half)).containsExactly(values.length);
        return bits;
    }

    private static float[] logits(Random random, int classes, double spread) {
        float[] logits = new float[classes];
        for (int c = 0; c < classes; c++) {
            logits[c] = (float) (spread * random.nextGaussian());
        }
        return logits;
    }

    private static float[] throughFile(Form form, float[] logits, int label) {
        ByteBuffer file = ByteBuffer.allocate(form.bytes());
        float[] read = new float[logits.length];
        form.write(logits, 0, label, file);
        assertThat(file.hasRemaining()).isFalse();
        form.read(file.flip(), label, read, 0);
        return read;
    }

    private static List<Integer> othersLargestFirst(float[] logits, int label) {
        return IntStream.range(0, logits.length)
                .filter(c -> c != label)
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> -logits[c]))
                .toList();
    }

    private static double logSum(float[] logits, List<Integer> classes) {
        double most = classes.stream().mapToDouble(c -> logits[c]).max().orElseThrow();
        return most
                + Math.log(classes.stream()
                        .mapToDouble(c -> Math.exp(logits[c] - most))
                        .sum());
    }
}
