package io.github.deepkd.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** What must hold of the losses for any logits. jqwik prints the seed of a failure. */
class LossPropertiesTest {

    private static final double CLOSE = 1e-9;
    private static final int N = 5;

    /** Random logits and labels of one draw. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Draw(double[] student, double[] teacher, long[] labels, int classes) {

        static Draw of(long seed, int classes, double spread) {
            Random random = new Random(seed);
            double[] zs = random.doubles((long) N * classes, -spread, spread).toArray();
            double[] zt = random.doubles((long) N * classes, -spread, spread).toArray();
            return new Draw(zs, zt, random.longs(N, 0, classes).toArray(), classes);
        }

        DecoupledKl kl(double tau, int k) {
            return DecoupledKl.of(zs(), zt(), Torch.tensor(labels), tau, k, Semantics.PAPER);
        }

        Tensor zs() {
            return Torch.tensor(student, N, classes);
        }

        Tensor zt() {
            return Torch.tensor(teacher, N, classes);
        }
    }

    @Property(tries = 100)
    void kdIsTckdPlusNckdWeightedByWhatTheTeacherLeavesToTheOthers(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 40) int classes,
            @ForAll @DoubleRange(min = 0.5, max = 8) double tau) {
        try (TensorScope scope = TensorScope.open()) {
            Draw draw = Draw.of(seed, classes, 10);
            DecoupledKl kl = draw.kl(tau, classes - 1);
            Tensor logT = Torch.logSoftmax(Torch.mul(1 / tau, draw.zt()));
            Tensor logS = Torch.logSoftmax(Torch.mul(1 / tau, draw.zs()));
            Tensor whole = Torch.mul(tau * tau, Torch.rowSum(Torch.mul(Torch.exp(logT), Torch.sub(logT, logS))));
            PerSample rest = kl.nonTarget().weighted(Torch.sub(1, kl.teacherTarget()));
            assertSame(Torch.add(kl.target().value(), rest.value()), whole);
            // and so do their gradients: d/dz tau^2 KL = tau (pS - pT)
            Tensor gradient = Torch.mul(tau, Torch.sub(Torch.exp(logS), Torch.exp(logT)));
            assertSame(Torch.add(kl.target().gradient(), rest.gradient()), gradient);
        }
    }

    @Property(tries = 50)
    void divergencesAreNeverNegativeAndZeroWhenTheStudentAgrees(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 40) int classes,
            @ForAll @IntRange(min = 1, max = 39) int k) {
        try (TensorScope scope = TensorScope.open()) {
            Draw draw = Draw.of(seed, classes, 10);
            int kept = Math.min(k, classes - 1);
            assertThat(Arrays.stream(Torch.doubles(draw.kl(4, kept).target().value())))
                    .allMatch(v -> v >= -1e-12);
            assertThat(Arrays.stream(Torch.doubles(draw.kl(4, kept).nonTarget().value())))
                    .allMatch(v -> v >= -1e-12);
            DecoupledKl agreeing =
                    DecoupledKl.of(draw.zt(), draw.zt(), Torch.tensor(draw.labels()), 4, kept, Semantics.PAPER);
            assertZero(agreeing.target());
            assertZero(agreeing.nonTarget());
        }
    }

    @Property(tries = 50)
    void addingAConstantToAllLogitsOfASampleChangesNothing(
            @ForAll long seed, @ForAll @DoubleRange(min = -50, max = 50) double shift) {
        try (TensorScope scope = TensorScope.open()) {
            Draw draw = Draw.of(seed, 12, 10);
            Draw shifted = new Draw(
                    Arrays.stream(draw.student()).map(z -> z + shift).toArray(),
                    Arrays.stream(draw.teacher()).map(z -> z - shift).toArray(),
                    draw.labels(),
                    12);
            assertSame(draw.kl(3, 4).target().value(), shifted.kl(3, 4).target().value());
            assertSame(
                    draw.kl(3, 4).nonTarget().gradient(),
                    shifted.kl(3, 4).nonTarget().gradient());
        }
    }

    @Property(tries = 50)
    void aSamplesLossDoesNotDependOnItsPlaceInTheBatch(@ForAll long seed) {
        try (TensorScope scope = TensorScope.open()) {
            Draw draw = Draw.of(seed, 9, 10);
            int[] order = {3, 0, 4, 1, 2};
            Draw moved = new Draw(
                    rows(draw.student(), order, 9),
                    rows(draw.teacher(), order, 9),
                    Arrays.stream(order).mapToLong(i -> draw.labels()[i]).toArray(),
                    9);
            double[] before = Torch.doubles(draw.kl(2, 3).nonTarget().value());
            double[] after = Torch.doubles(moved.kl(2, 3).nonTarget().value());
            for (int i = 0; i < N; i++) {
                assertThat(after[i]).isEqualTo(before[order[i]]);
            }
        }
    }

    @Property(tries = 50)
    void theMaskKeepsTheNonTargetClassesOfTheLargestTeacherLogits(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 11) int k) {
        try (TensorScope scope = TensorScope.open()) {
            Draw draw = Draw.of(seed, 12, 10);
            double[] gradient = Torch.doubles(draw.kl(4, k).nonTarget().gradient());
            for (int n = 0; n < N; n++) {
                int row = n * 12;
                int target = (int) draw.labels()[n];
                int[] kept = IntStream.range(0, 12)
                        .filter(c -> c != target)
                        .boxed()
                        .sorted((a, b) -> Double.compare(draw.teacher()[row + b], draw.teacher()[row + a]))
                        .limit(k)
                        .mapToInt(Integer::intValue)
                        .sorted()
                        .toArray();
                int[] touched = IntStream.range(0, 12)
                        .filter(c -> gradient[row + c] != 0)
                        .toArray();
                // with one class kept there is nothing to compare, so nothing is touched
                assertThat(touched).isEqualTo(k == 1 ? new int[0] : kept);
            }
        }
    }

    /** Against central differences of the values, in float64. */
    @Property(tries = 30)
    void closedFormGradientsAreTheDerivativesOfTheValues(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 8) int classes,
            @ForAll @IntRange(min = 1, max = 7) int k) {
        try (TensorScope scope = TensorScope.open()) {
            Draw draw = Draw.of(seed, classes, 5);
            int kept = Math.min(k, classes - 1);
            DecoupledKl kl = draw.kl(4, kept);
            assertDerivative(
                    draw,
                    CrossEntropy.of(draw.zs(), Torch.tensor(draw.labels())),
                    d -> sum(CrossEntropy.of(d.zs(), Torch.tensor(d.labels()))));
            assertDerivative(draw, kl.target(), d -> sum(d.kl(4, kept).target()));
            assertDerivative(draw, kl.nonTarget(), d -> sum(d.kl(4, kept).nonTarget()));
        }
    }

    @Test
    void logitsOfTenThousandGiveFiniteLossesAndGradientsInEveryPrecision() {
        try (TensorScope scope = TensorScope.open()) {
            for (Precision precision : Precision.values()) {
                Tensor zs = Torch.compute(Torch.tensor(new double[] {1e4, -1e4, 0, -1e4, 1e4, 1e4}, 2, 3), precision);
                Tensor zt = Torch.compute(Torch.tensor(new double[] {-1e4, 1e4, 0, 1e4, -1e4, -1e4}, 2, 3), precision);
                Tensor labels = Torch.tensor(0, 0);
                for (int k = 1; k <= 2; k++) {
                    DecoupledKl kl = DecoupledKl.of(zs, zt, labels, 1, k, Semantics.PAPER);
                    assertFinite(kl.target());
                    assertFinite(kl.nonTarget());
                }
                assertFinite(CrossEntropy.of(zs, labels));
            }
        }
    }

    @Test
    void withTwoClassesNckdIsZero() {
        try (TensorScope scope = TensorScope.open()) {
            DecoupledKl kl = Draw.of(1, 2, 6).kl(4, 1);
            assertThat(Torch.doubles(kl.nonTarget().value())).containsOnly(0);
            assertThat(Torch.doubles(kl.nonTarget().gradient())).containsOnly(0);
            assertThat(Arrays.stream(Torch.doubles(kl.target().value()))).allMatch(v -> v > 0);
        }
    }

    @Test
    void equalTeacherLogitsStillKeepExactlyKClasses() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor zs = Torch.tensor(new double[] {1, 2, 3, 4, 5, 6}, 1, 6);
            Tensor zt = Torch.tensor(new double[6], 1, 6);
            double[] gradient = Torch.doubles(DecoupledKl.of(zs, zt, Torch.tensor(0), 1, 3, Semantics.PAPER)
                    .nonTarget()
                    .gradient());
            assertThat(Arrays.stream(gradient).filter(g -> g != 0).count()).isEqualTo(3);
        }
    }

    private static void assertDerivative(Draw draw, PerSample loss, ToDoubleFunction<Draw> value) {
        double h = 1e-5;
        double[] gradient = Torch.doubles(loss.gradient());
        for (int i = 0; i < gradient.length; i++) {
            double slope =
                    (value.applyAsDouble(nudged(draw, i, h)) - value.applyAsDouble(nudged(draw, i, -h))) / (2 * h);
            assertThat(gradient[i]).isCloseTo(slope, within(1e-7));
        }
    }

    private static Draw nudged(Draw draw, int i, double by) {
        double[] student = draw.student().clone();
        student[i] += by;
        return new Draw(student, draw.teacher(), draw.labels(), draw.classes());
    }

    private static double sum(PerSample loss) {
        return Torch.item(Torch.sum(loss.value()));
    }

    private static double[] rows(double[] values, int[] order, int width) {
        return Arrays.stream(order)
                .boxed()
                .flatMapToDouble(row -> Arrays.stream(values, row * width, (row + 1) * width))
                .toArray();
    }

    private static void assertSame(Tensor actual, Tensor expected) {
        assertThat(Torch.doubles(actual)).containsExactly(Torch.doubles(expected), within(CLOSE));
    }

    private static void assertZero(PerSample loss) {
        assertThat(Arrays.stream(Torch.doubles(loss.value()))).allMatch(v -> Math.abs(v) < 1e-12);
        assertThat(Arrays.stream(Torch.doubles(loss.gradient()))).allMatch(v -> Math.abs(v) < 1e-12);
    }

    private static void assertFinite(PerSample loss) {
        assertThat(Arrays.stream(Torch.doubles(loss.value()))).allMatch(Double::isFinite);
        assertThat(Arrays.stream(Torch.doubles(loss.gradient()))).allMatch(Double::isFinite);
    }
}
