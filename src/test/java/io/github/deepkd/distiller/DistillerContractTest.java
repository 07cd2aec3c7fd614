package io.github.deepkd.distiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.RunConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of the registry owes; a new row is covered at once. */
class DistillerContractTest {

    private static final int N = 4;
    private static final int C = 6;

    static Collection<String> kinds() {
        return Distillers.kinds().keySet();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itsTermsBelongToTheComponentsItDeclaresTheTaskAmongThem(String kind) {
        try (TensorScope scope = TensorScope.open()) {
            Distiller method = method(kind);
            List<Term> terms = method.losses(pass(logits(1), 5));
            assertThat(terms.stream().map(Term::component).collect(Collectors.toSet()))
                    .isEqualTo(method.components())
                    .contains(Component.TASK);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyTermsCotangentIsTheDerivativeOfItsValue(String kind) {
        try (TensorScope scope = TensorScope.open()) {
            double[] zs = logits(1);
            int terms = method(kind).losses(pass(zs, 3)).size();
            for (int t = 0; t < terms; t++) {
                double[] cotangent =
                        Torch.doubles(method(kind).losses(pass(zs, 3)).get(t).cotangent());
                for (int i = 0; i < zs.length; i++) {
                    double slope = (value(kind, t, zs, i, 1e-5) - value(kind, t, zs, i, -1e-5)) / 2e-5;
                    assertThat(cotangent[i]).as("term " + t + " at " + i).isCloseTo(slope, within(1e-7));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void valuesAreFiniteNumbersWithoutDimensionsEvenInTheFirstEpoch(String kind) {
        try (TensorScope scope = TensorScope.open()) {
            for (Term term : method(kind).losses(pass(logits(2), 1))) {
                assertThat(Torch.shape(term.value())).isEmpty();
                assertThat(Torch.item(term.value())).isFinite().isNotNegative();
                assertThat(Torch.shape(term.cotangent())).isEqualTo(Torch.shape(term.output()));
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

    private static double value(String kind, int term, double[] zs, int i, double by) {
        double[] nudged = zs.clone();
        nudged[i] += by;
        return Torch.item(method(kind).losses(pass(nudged, 3)).get(term).value());
    }

    private static Distiller method(String kind) {
        return (Distiller) Distillers.kinds().get(kind);
    }

    private static double[] logits(long seed) {
        return new Random(seed).doubles((long) N * C, -5, 5).toArray();
    }

    private static Pass pass(double[] zs, int k) {
        Tensor zt = Torch.tensor(logits(77), N, C);
        return new Pass(Torch.tensor(zs, N, C), zt, Torch.tensor(0, 5, 2, 2), k, new Progress(1, 10, 0, 5));
    }
}
