package io.github.deepkd.distiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** MLKD and CRLD against what the authors' code computes; {@code distiller/authors.py} made the numbers. */
class AuthorsCodeTest {

    private static final JsonNode REFERENCE = read();
    private static final Map<String, Set<Component>> THEIR_NAMES = Map.of(
            "loss_ce", EnumSet.of(Component.TASK),
            "loss_tckd", EnumSet.of(Component.TARGET),
            "loss_nckd", EnumSet.of(Component.NON_TARGET),
            "loss_kd", EnumSet.of(Component.TARGET, Component.NON_TARGET));

    @Test
    void everyLossAndGradientIsTheirsToTheLastDigits() {
        assertThat(REFERENCE.get("cases")).hasSize(6);
        REFERENCE.get("cases").forEach(AuthorsCodeTest::check);
    }

    /** Their plain trainer's CRLD is the paper's, sample by sample; their DeepKD trainer's is not. */
    private static void check(JsonNode one) {
        boolean plain = one.get("trainer").asText().equals("crld");
        try (TensorScope scope = TensorScope.open()) {
            List<View> views = List.of(view("weak"), view("strong"));
            List<Term> terms = method(one).losses(pass(views, topK(one), plain ? Semantics.PAPER : Semantics.AUTHORS));
            one.get("losses").properties().forEach(loss -> {
                String what = one.get("method").asText() + " " + one.get("dkd") + " " + loss.getKey();
                Set<Component> components = THEIR_NAMES.get(loss.getKey());
                assertThat(value(terms, components))
                        .as(what)
                        .isCloseTo(loss.getValue().get("value").asDouble(), within(1e-12));
                for (int v = 0; v < 2; v++) {
                    double[] expected = doubles(loss.getValue().get(v == 0 ? "weak" : "strong"));
                    assertThat(gradient(terms, components, views.get(v)))
                            .as(what)
                            .containsExactly(expected, within(1e-12));
                }
            });
        }
    }

    private static Distiller method(JsonNode one) {
        Divergence divergence =
                one.get("dkd").asBoolean() ? new Divergence.Decoupled(1.5, 2, 20) : new Divergence.Coupled();
        return one.get("method").asText().equals("mlkd")
                ? new Mlkd(0.5, 0.75, 4, Mlkd.DEFAULTS.moreTemperatures(), divergence)
                : new Crld(1, 2, 0.5, 4, 0.6, 0.4, divergence);
    }

    private static int topK(JsonNode one) {
        int k = one.get("topk").asInt();
        return k == 0 ? REFERENCE.get("classes").asInt() : k;
    }

    @Test
    void inThePapersSenseASampleOfMlkdThatIsRejectedTeachesNothing() {
        try (TensorScope scope = TensorScope.open()) {
            List<View> views = List.of(view("weak"), view("strong"));
            List<Term> terms = Mlkd.DEFAULTS.losses(pass(views, 7, Semantics.PAPER));
            Tensor confidence = Torch.rowMax(Torch.softmax(views.get(0).teacher()));
            boolean[] rejected = new boolean[6];
            for (int i = 0; i < 6; i++) {
                rejected[i] = Torch.doubles(confidence)[i] > Torch.median(confidence);
            }
            assertOnlyTheRejectedAreZero(rejected, terms, views.get(0));
        }
    }

    @Test
    void inThePapersSenseASampleOfCrldThatIsRejectedTeachesNothing() {
        try (TensorScope scope = TensorScope.open()) {
            List<View> views = List.of(view("weak"), view("strong"));
            Distiller withinViews = new Crld(1, 2, 0, 4, 0.6, 0.4, new Divergence.Coupled());
            List<Term> terms = withinViews.losses(pass(views, 7, Semantics.PAPER));
            double[] confidence =
                    Torch.doubles(Torch.rowMax(Torch.softmax(views.get(0).teacher())));
            boolean[] rejected = new boolean[6];
            for (int i = 0; i < 6; i++) {
                rejected[i] = confidence[i] < 0.6;
            }
            assertOnlyTheRejectedAreZero(rejected, terms, views.get(0));
            assertOnlyTheRejectedAreZero(rejected, terms, views.get(1));
        }
    }

    private static void assertOnlyTheRejectedAreZero(boolean[] rejected, List<Term> terms, View view) {
        double[] gradient = gradient(terms, EnumSet.of(Component.TARGET, Component.NON_TARGET), view);
        for (int i = 0; i < rejected.length; i++) {
            double[] row = Arrays.copyOfRange(gradient, i * 7, (i + 1) * 7);
            assertThat(Arrays.stream(row).allMatch(g -> g == 0))
                    .as("sample " + i)
                    .isEqualTo(rejected[i]);
        }
        assertThat(rejected).contains(true).contains(false);
    }

    private static Pass pass(List<View> views, int k, Semantics semantics) {
        long[] labels = Arrays.stream(doubles(REFERENCE.get("labels")))
                .mapToLong(y -> (long) y)
                .toArray();
        return new Pass(views, Torch.tensor(labels), k, new Progress(10, 240, 0, 9), semantics, false, null);
    }

    private static View view(String name) {
        return new View(logits("student_" + name), logits("teacher_" + name));
    }

    private static Tensor logits(String name) {
        return Torch.tensor(doubles(REFERENCE.get(name)), 6, 7);
    }

    private static double value(List<Term> terms, Set<Component> components) {
        return terms.stream()
                .filter(term -> components.contains(term.component()))
                .mapToDouble(term -> Torch.item(term.value()))
                .sum();
    }

    private static double[] gradient(List<Term> terms, Set<Component> components, View view) {
        return terms.stream()
                .filter(term -> components.contains(term.component()) && Torch.same(term.output(), view.student()))
                .map(Term::cotangent)
                .reduce(Torch::add)
                .map(Torch::doubles)
                .orElse(new double[6 * 7]);
    }

    private static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static JsonNode read() {
        try (InputStream in = AuthorsCodeTest.class.getResourceAsStream("/distiller/authors.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
