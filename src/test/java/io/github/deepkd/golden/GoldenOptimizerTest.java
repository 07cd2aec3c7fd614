package io.github.deepkd.golden;

import static io.github.deepkd.golden.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.loss.Component;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenOptimizerTest {

    private static final Map<Component, String> STREAM =
            Map.of(Component.TASK, "tog", Component.TARGET, "tcg", Component.NON_TARGET, "ncg");
    private static final Map<Component, Double> SCALE =
            Map.of(Component.TASK, 1.0, Component.TARGET, 0.3, Component.NON_TARGET, 0.7);

    @BeforeAll
    static void goldenNumbersArePresent() {
        Golden.assumePresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deepKdMovesTheWeightsAsThePaperSays(boolean merge) {
        runs(run -> new Run(run, "paper", policy(run, 0.9, false), merge).check());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deepKdAuthorsMovesTheWeightsAsTheirReleasedOptimiserDoes(boolean merge) {
        runs(run -> new Run(run, "authors", policy(run, 0.9, true), merge).check());
    }

    @Test
    void thePapersDefaultsNeedTwoVelocitiesForThreeComponents() {
        List<VelocityGroup> groups =
                VelocityGroup.of(Momenta.DeepKd.DEFAULTS, EnumSet.allOf(Component.class), 5e-4, true);
        assertThat(groups).extracting(VelocityGroup::name).containsExactly("task+non-target", "target");
    }

    private static void runs(java.util.function.Consumer<JsonNode> check) {
        JsonNode runs = Golden.json("optimizer.json");
        assertThat(runs).isNotEmpty();
        runs.forEach(check);
    }

    private static Momenta policy(JsonNode run, double mu, boolean authors) {
        JsonNode m = run.get("momentum");
        double task = m.get("tog").asDouble() - mu;
        double target = mu - m.get("tcg").asDouble();
        double nonTarget = m.get("ncg").asDouble() - mu;
        return authors
                ? new Momenta.DeepKdAuthors(mu, task, target, nonTarget)
                : new Momenta.DeepKd(mu, task, target, nonTarget);
    }

    /** One golden run: its weights as one vector. */
    private record Run(JsonNode run, String mode, Momenta momenta, boolean merge) {

        void check() {
            try (TensorScope scope = TensorScope.open()) {
                Map<String, Tensor> golden = Golden.tensors("optimizer.safetensors");
                Tensor theta = Torch.tensor(vector("start", 1), size());
                List<VelocityGroup> groups = VelocityGroup.of(
                        momenta,
                        EnumSet.allOf(Component.class),
                        run.get("weight_decay").asDouble(),
                        merge);
                Sgd sgd = new Sgd(theta, groups);
                int steps = run.get("steps").asInt();
                int compared = 0;
                for (int t = 0; t < steps; t++) {
                    int step = t;
                    double rate = run.get(t < 8 ? "lr" : "lr_from_step_8").asDouble();
                    sgd.step((group, vector) -> vector.copy_(gradient(group, step)), rate);
                    compared += compare(golden, theta, t);
                }
                assertThat(compared).as("steps compared").isPositive();
            }
        }

        private Tensor gradient(VelocityGroup group, int step) {
            Tensor sum = Torch.tensor(new double[size()], size());
            for (Component component : group.components()) {
                double[] stream = vector(step + "." + STREAM.get(component), SCALE.get(component));
                Torch.add_(sum, Torch.tensor(stream, size()));
            }
            return sum;
        }

        private int compare(Map<String, Tensor> golden, Tensor theta, int t) {
            int offset = 0;
            int compared = 0;
            for (String parameter : parameters()) {
                int size = size(parameter);
                Tensor expected = golden.get(name() + "." + mode + ".after" + t + "." + parameter);
                if (expected != null) {
                    assertClose(name() + " " + mode + " " + t, theta.narrow(0, offset, size), expected.flatten(), 1e-9);
                    compared++;
                }
                offset += size;
            }
            return compared;
        }

        private double[] vector(String key, double scale) {
            return parameters().stream()
                    .flatMapToDouble(p -> java.util.Arrays.stream(Golden.u(name() + "." + key + "." + p, size(p))))
                    .map(u -> (2 * u - 1) * scale)
                    .toArray();
        }

        private String name() {
            return run.get("name").asText();
        }

        private List<String> parameters() {
            Iterable<String> names = () -> run.get("shapes").fieldNames();
            return StreamSupport.stream(names.spliterator(), false).toList();
        }

        private int size(String parameter) {
            Stream<JsonNode> sizes =
                    StreamSupport.stream(run.get("shapes").get(parameter).spliterator(), false);
            return sizes.mapToInt(JsonNode::asInt).reduce(1, (a, b) -> a * b);
        }

        private int size() {
            return parameters().stream().mapToInt(this::size).sum();
        }
    }
}
