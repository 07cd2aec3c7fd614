package io.github.deepkd.golden;

import static io.github.deepkd.golden.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.distiller.Distiller;
import io.github.deepkd.distiller.Dkd;
import io.github.deepkd.distiller.Kd;
import io.github.deepkd.distiller.Pass;
import io.github.deepkd.distiller.View;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.PerSample;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GoldenLossesTest {

    private static final double BOUND = 1e-9;

    @BeforeAll
    static void goldenNumbersArePresent() {
        Golden.assumePresent();
    }

    @Test
    void lossesAndTheirGradientsAreThePapersInFloat64() {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> golden = Golden.tensors("losses.safetensors");
            JsonNode cases = Golden.json("losses.json");
            assertThat(cases).isNotEmpty();
            cases.forEach(one -> check(one, golden));
        }
    }

    @Test
    void authorsSemanticsAreWhatTheirCodeComputesInFloat64() {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> golden = Golden.tensors("losses.safetensors");
            assertThat(golden.keySet())
                    .anyMatch(key -> key.endsWith("authors_kd.nckd"))
                    .anyMatch(key -> key.endsWith("authors_dkd.nckd"))
                    .anyMatch(key -> key.endsWith("authors_dkd_topk.nckd"))
                    .anyMatch(key -> key.endsWith("authors_dkd_standardized.nckd"));
            Golden.json("losses.json").forEach(one -> {
                double tau = one.get("temperature").asDouble();
                int k = one.get("k").asInt();
                int all = one.get("classes").asInt();
                Distiller dkd = new Dkd(1, 1, 8, tau, 20);
                checkAuthors(one, "authors_kd", new Kd(1, 1, tau), all, false, golden);
                checkAuthors(one, "authors_dkd", dkd, all, false, golden);
                checkAuthors(one, "authors_dkd_topk", dkd, k, false, golden);
                checkAuthors(one, "authors_dkd_standardized", dkd, all, true, golden);
            });
        }
    }

    /** In epoch 10, where DKD's warm-up of 20 epochs is at a half. */
    private static void checkAuthors(
            JsonNode one, String recipe, Distiller method, int k, boolean standardize, Map<String, Tensor> golden) {
        String name = one.get("name").asText() + ".";
        if (!golden.containsKey(name + recipe + ".tckd")) {
            return; // not every recipe was run on every case
        }
        View view = new View(golden.get(name + "student"), golden.get(name + "teacher"));
        Tensor labels = golden.get(name + "labels");
        Progress at = new Progress(10, 240, 0, 100);
        List<Term> terms = method.losses(new Pass(List.of(view), labels, k, at, Semantics.AUTHORS, standardize, null));
        terms.stream().filter(term -> term.component() != Component.TASK).forEach(term -> {
            String loss = term.component() == Component.TARGET ? "tckd" : "nckd";
            String key = name + recipe + ".";
            assertClose(key + loss, term.value(), golden.get(key + loss), BOUND);
            // Two standardised logits are 1 and -1 over sqrt(2) whatever the student says: the gradient is rounding.
            double bound = standardize && term.output().size(1) == 2 ? 1e-6 : BOUND;
            assertClose(key + "grad_" + loss, term.cotangent(), golden.get(key + "grad_" + loss), bound);
        });
    }

    private static void check(JsonNode one, Map<String, Tensor> golden) {
        String name = one.get("name").asText() + ".";
        Tensor zs = golden.get(name + "student");
        Tensor labels = golden.get(name + "labels");
        PerSample ce = CrossEntropy.of(zs, labels);
        DecoupledKl kl = DecoupledKl.of(
                zs,
                golden.get(name + "teacher"),
                labels,
                one.get("temperature").asDouble(),
                one.get("k").asInt(),
                Semantics.PAPER);
        PerSample weighted = kl.nonTarget().weighted(Torch.sub(1, kl.teacherTarget()));

        assertClose(name + "ce", ce.value(), golden.get(name + "ce"), BOUND);
        assertClose(name + "tckd", kl.target().value(), golden.get(name + "tckd"), BOUND);
        assertClose(name + "nckd", kl.nonTarget().value(), golden.get(name + "nckd"), BOUND);
        assertClose(name + "p_t", kl.teacherTarget(), golden.get(name + "teacher_target_prob"), BOUND);
        assertClose(name + "grad_ce", mean(ce), golden.get(name + "grad_ce"), BOUND);
        assertClose(name + "grad_tckd", mean(kl.target()), golden.get(name + "grad_tckd"), BOUND);
        assertClose(name + "grad_nckd", mean(kl.nonTarget()), golden.get(name + "grad_nckd"), BOUND);
        assertClose(name + "weighted", mean(weighted), golden.get(name + "grad_nckd_weighted"), BOUND);
    }

    /** The gradient of the batch mean. */
    private static Tensor mean(PerSample loss) {
        return Torch.mul(1.0 / loss.gradient().size(0), loss.gradient());
    }
}
