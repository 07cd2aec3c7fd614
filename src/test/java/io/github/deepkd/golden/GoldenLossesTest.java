package io.github.deepkd.golden;

import static io.github.deepkd.golden.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.PerSample;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
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
                one.get("k").asInt());
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
