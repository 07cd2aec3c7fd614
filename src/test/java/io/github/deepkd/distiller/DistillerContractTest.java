package io.github.deepkd.distiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.RunConfig;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of the registry owes; a new row is covered at once. */
class DistillerContractTest {

    private static final int N = 4;
    private static final int C = 6;

    static Collection<String> kinds() {
        return Distillers.kinds().keySet();
    }

    /** Every method under both semantics, with and without standardised logits. */
    static Stream<Arguments> variants() {
        return kinds().stream().flatMap(kind -> Arrays.stream(Semantics.values())
                .flatMap(as -> Stream.of(false, true).map(standardize -> arguments(kind, as, standardize))));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void itsTermsBelongToTheComponentsItDeclaresTheTaskAmongThem(String kind, Semantics as, boolean standardize) {
        try (TensorScope scope = TensorScope.open()) {
            Distiller method = method(kind);
            List<Term> terms = method.losses(pass(method, logits(1), 5, as, standardize, null));
            assertThat(terms.stream().map(Term::component).collect(Collectors.toSet()))
                    .isEqualTo(method.components())
                    .contains(Component.TASK);
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void everyTermsCotangentIsTheDerivativeOfItsValue(String kind, Semantics as, boolean standardize) {
        try (TensorScope scope = TensorScope.open()) {
            Distiller method = method(kind);
            double[] zs = logits(1);
            for (Component component : method.components()) {
                double[] slopes = new double[zs.length];
                for (int i = 0; i < zs.length; i++) {
                    double up = value(method, component, nudged(zs, i, 1e-5), as, standardize);
                    slopes[i] = (up - value(method, component, nudged(zs, i, -1e-5), as, standardize)) / 2e-5;
                }
                Pass pass = pass(method, zs, 3, as, standardize, null);
                double[] cotangents = cotangents(method.losses(pass), component, pass);
                assertThat(cotangents).as(component.label()).containsExactly(slopes, within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aLearnedTemperatureSeesTheDerivativeOfTheWholeLoss(String kind, Semantics as, boolean standardize) {
        Distiller method = method(kind);
        if (!method.needsTeacher()) {
            return; // RunConfig refuses it
        }
        try (TensorScope scope = TensorScope.open()) {
            Tensor tau = Torch.requireGrad(Torch.scalar(3));
            Tensor loss = sum(method.losses(pass(method, logits(1), 3, as, standardize, tau)));
            Tensor[] slope = Torch.grad(List.of(loss), List.of(Torch.onesLike(loss)), new Tensor[] {tau}, false);
            double up = at(method, 3 + 1e-5, as, standardize);
            double down = at(method, 3 - 1e-5, as, standardize);
            assertThat(Torch.item(slope[0])).isCloseTo((up - down) / 2e-5, within(1e-6));
        }
    }

    private static double at(Distiller method, double tau, Semantics as, boolean standardize) {
        return Torch.item(sum(method.losses(pass(method, logits(1), 3, as, standardize, Torch.scalar(tau)))));
    }

    private static Tensor sum(List<Term> terms) {
        return terms.stream().map(Term::value).reduce(Torch::add).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void valuesAreFiniteNumbersWithoutDimensionsEvenInTheFirstEpoch(String kind, Semantics as, boolean standardize) {
        try (TensorScope scope = TensorScope.open()) {
            Distiller method = method(kind);
            for (Term term : method.losses(pass(method, logits(2), 1, as, standardize, null))) {
                assertThat(Torch.shape(term.value())).isEmpty();
                assertThat(Torch.item(term.value())).isFinite().isNotNegative();
                assertThat(Torch.shape(term.cotangent())).isEqualTo(Torch.shape(term.output()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void logitsThatAreAllEqualGiveFiniteLossesAndGradients(String kind, Semantics as, boolean standardize) {
        try (TensorScope scope = TensorScope.open()) {
            Distiller method = method(kind);
            for (Term term : method.losses(pass(method, new double[2 * N * C], 3, as, standardize, null))) {
                assertThat(Torch.item(term.value())).isFinite();
                assertThat(Torch.doubles(term.cotangent())).doesNotContain(Double.NaN);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itsSettingsSurviveTheWayThroughTheConfigurationAndUnknownOnesAreRefused(String kind) {
        RunConfig config = RunConfig.BINDER.bind(RunConfig.DEFAULTS, Map.of("method", kind));
        assertThat(config.method()).isEqualTo(method(kind));
        assertThat(RunConfig.BINDER.bind(RunConfig.DEFAULTS, config.toMap())).isEqualTo(config);
        assertThatThrownBy(() -> RunConfig.BINDER.bind(config, Map.of("method", Map.of("no-such-key", 1))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no-such-key")
                .hasMessageContaining(kind);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void impossibleValuesOfItsSettingsAreRefusedWithTheirKey(String kind) {
        RunConfig.BINDER.toMap((Record) method(kind)).forEach((key, value) -> {
            if (value instanceof Double) {
                Map<String, Object> bad = Map.of("method", Map.of("kind", kind, key, -1.0));
                assertThatThrownBy(() -> RunConfig.BINDER.bind(RunConfig.DEFAULTS, bad))
                        .isInstanceOf(BadInput.class)
                        .hasMessageContaining("method")
                        .hasMessageContaining(key);
            }
        });
        assertThat(method(kind).about()).isNotBlank();
    }

    private static double value(Distiller method, Component component, double[] zs, Semantics as, boolean standardize) {
        return method.losses(pass(method, zs, 3, as, standardize, null)).stream()
                .filter(term -> term.component() == component)
                .mapToDouble(term -> Torch.item(term.value()))
                .sum();
    }

    /** d value / d logits of both views one after the other; 0 where the component does not reach a view. */
    private static double[] cotangents(List<Term> terms, Component component, Pass pass) {
        double[] all = new double[2 * N * C];
        for (int v = 0; v < pass.views().size(); v++) {
            for (Term term : terms) {
                if (term.component() == component
                        && Torch.same(term.output(), pass.views().get(v).student())) {
                    System.arraycopy(Torch.doubles(term.cotangent()), 0, all, v * N * C, N * C);
                }
            }
        }
        return all;
    }

    private static double[] nudged(double[] zs, int i, double by) {
        double[] nudged = zs.clone();
        nudged[i] += by;
        return nudged;
    }

    private static Distiller method(String kind) {
        return (Distiller) Distillers.kinds().get(kind);
    }

    /** Logits of two views, [2, N, C]. */
    private static double[] logits(long seed) {
        return new Random(seed).doubles(2L * N * C, -5, 5).toArray();
    }

    private static Pass pass(
            Distiller method, double[] zs, int k, Semantics as, boolean standardize, @Nullable Tensor tau) {
        double[] zt = logits(77);
        List<View> views = IntStream.range(0, method.views())
                .mapToObj(v -> new View(part(zs, v), part(zt, v)))
                .toList();
        return new Pass(views, Torch.tensor(0, 5, 2, 2), k, new Progress(1, 10, 0, 5), as, standardize, tau);
    }

    private static Tensor part(double[] logits, int view) {
        return Torch.tensor(Arrays.copyOfRange(logits, view * N * C, (view + 1) * N * C), N, C);
    }
}
