package io.github.deepkd.distiller;

import static io.github.deepkd.tensor.Torch.as;
import static io.github.deepkd.tensor.Torch.atLeastFloat32;
import static io.github.deepkd.tensor.Torch.atMost;
import static io.github.deepkd.tensor.Torch.columnSum;
import static io.github.deepkd.tensor.Torch.median;
import static io.github.deepkd.tensor.Torch.softmax;

import io.github.deepkd.loss.Consistency;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.loss.Term;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * MLKD, multi-level logit distillation (Jin et al., CVPR 2023): of a weak and a strong view, at several temperatures, the
 * divergence sample by sample and, of the weak view, how samples and classes relate ({@link Consistency}). From the weak
 * view's teacher only the less confident half of the samples, and the rarer half of the classes, are learned:
 * L = ce (CE_w + CE_s) + kd sum_tau (accepted KL_w + KL_s + accepted (CC_w + BC_w)).
 *
 * @param ceWeight of the labels' cross-entropy of each view
 * @param kdWeight of all that comes from the teacher
 * @param temperature the first of the temperatures
 * @param moreTemperatures the others
 * @param divergence of student and teacher
 */
public record Mlkd(
        double ceWeight, double kdWeight, double temperature, List<Double> moreTemperatures, Divergence divergence)
        implements Distiller {

    /** Weights as mdistiller's KD, temperatures as the authors of MLKD. */
    public static final Mlkd DEFAULTS = new Mlkd(0.1, 0.9, 4, List.of(3.0, 5.0, 2.0, 6.0), new Divergence.Coupled());

    public Mlkd {
        Distiller.requireWeight("ce-weight", ceWeight);
        Distiller.requireWeight("kd-weight", kdWeight);
        Distiller.requireTemperature("temperature", temperature);
        moreTemperatures.forEach(tau -> Distiller.requireTemperature("more-temperatures", tau));
    }

    @Override
    public int views() {
        return 2;
    }

    @Override
    public List<Term> losses(Pass pass) {
        View weak = pass.weak();
        View strong = pass.strong();
        Tensor confidence = softmax(atLeastFloat32(weak.teacher()));
        Tensor samples = lowerHalf(Torch.rowMax(confidence));
        Tensor classes = lowerHalf(columnSum(confidence));
        Terms terms = new Terms(pass).labels(ceWeight, weak).labels(ceWeight, strong);
        for (Tensor tau : temperatures(pass)) {
            terms.distil(kdWeight, divergence, tau, weak.student(), weak.teacher(), samples)
                    .distil(kdWeight, divergence, tau, strong.student(), strong.teacher());
            relate(terms, pass, tau, samples, classes);
        }
        return terms.list();
    }

    private List<Tensor> temperatures(Pass pass) {
        return Stream.concat(
                        Stream.of(pass.tau(temperature)),
                        moreTemperatures.stream().map(Torch::scalar))
                .toList();
    }

    private void relate(Terms terms, Pass pass, Tensor tau, Tensor samples, Tensor classes) {
        Semantics as = pass.semantics();
        Tensor zs = pass.weak().student();
        Tensor zt = pass.weak().teacher();
        Consistency batch = Consistency.ofBatch(zs, zt, tau, as.weight(samples));
        Consistency rows = Consistency.ofClasses(zs, zt, tau, as.selected(samples), as.weight(classes));
        terms.relate(as.relations(), batch.times(kdWeight), zs).relate(as.relations(), rows.times(kdWeight), zs);
    }

    /** 1 where a value is at most the median, else 0. */
    private static Tensor lowerHalf(Tensor x) {
        return as(atMost(x, median(x)), x);
    }

    @Override
    public boolean masks(Semantics semantics) {
        return semantics == Semantics.PAPER;
    }

    @Override
    public boolean standardizes(Semantics semantics) {
        return semantics == Semantics.PAPER;
    }

    @Override
    public String about() {
        return "multi-level logit distillation (Jin et al. 2023): weak and strong views, five temperatures, consistency";
    }
}
