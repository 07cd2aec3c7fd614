package io.github.deepkd.distiller;

import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Consistency;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.PerSample;
import io.github.deepkd.loss.Standardized;
import io.github.deepkd.loss.Term;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Gathers a method's loss, summand by summand. Summands of one component that pull on the same logits become one term. */
final class Terms {

    private final Pass pass;
    private final List<Term> terms = new ArrayList<>();

    Terms(Pass pass) {
        this.pass = pass;
    }

    /** Adds {@code weight} times the labels' cross-entropy. */
    Terms labels(double weight, View view) {
        return mean(
                Component.TASK, CrossEntropy.of(view.student(), pass.labels()).times(weight), view.student());
    }

    /** Adds {@code weight} times the divergence of {@code zs} from {@code zt}, every sample alike. */
    Terms distil(double weight, Divergence divergence, Tensor tau, Tensor zs, Tensor zt) {
        return distil(
                weight, divergence, tau, zs, zt, Torch.as(Torch.onesLike(pass.labels()), Torch.atLeastFloat32(zt)));
    }

    /** @param accepted [N], 1 for the samples from which the student learns, 0 for the others */
    Terms distil(double weight, Divergence divergence, Tensor tau, Tensor zs, Tensor zt, Tensor accepted) {
        Tensor share = Torch.mul(weight, pass.semantics().weight(accepted));
        DecoupledKl kl = divergence(tau, zs, zt);
        mean(Component.TARGET, divergence.target(kl, pass.at()).weighted(share), zs);
        PerSample nonTarget = divergence.nonTarget(kl, pass.at(), pass.semantics());
        return mean(Component.NON_TARGET, nonTarget.weighted(share), zs);
    }

    private DecoupledKl divergence(Tensor tau, Tensor zs, Tensor zt) {
        if (!pass.standardize()) {
            return DecoupledKl.of(zs, zt, pass.labels(), tau, pass.k(), pass.semantics());
        }
        Standardized student = Standardized.of(zs);
        Tensor teacher = Standardized.of(zt).logits();
        return DecoupledKl.of(student.logits(), teacher, pass.labels(), tau, pass.k(), pass.semantics())
                .through(student);
    }

    /** Adds a consistency loss of the batch's logits {@code zs}. */
    Terms relate(Component component, Consistency loss, Tensor zs) {
        return add(new Term(component, loss.value(), zs, loss.gradient()));
    }

    private Terms mean(Component component, PerSample loss, Tensor zs) {
        return add(Term.mean(component, loss, zs));
    }

    private Terms add(Term term) {
        for (int i = 0; i < terms.size(); i++) {
            Term other = terms.get(i);
            if (other.component() == term.component() && Torch.same(other.output(), term.output())) {
                terms.set(i, other.plus(term));
                return this;
            }
        }
        terms.add(term);
        return this;
    }

    List<Term> list() {
        return List.copyOf(terms);
    }
}
