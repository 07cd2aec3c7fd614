package io.github.deepkd.distiller;

import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.DecoupledKl;
import io.github.deepkd.loss.Term;
import io.github.deepkd.tensor.Torch;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * KD (Hinton et al. 2015) in the decoupled form of Zhao et al. 2022, equation 7:
 * L = ce CE + kd (TCKD + (1 - pT_y) NCKD), the bracket being tau^2 KL(pT || pS) while the mask keeps all classes.
 *
 * @param ceWeight of the labels' cross-entropy
 * @param kdWeight of the teacher's part
 * @param temperature tau
 */
public record Kd(double ceWeight, double kdWeight, double temperature) implements Distiller {

    /** As mdistiller. */
    public static final Kd DEFAULTS = new Kd(0.1, 0.9, 4);

    public Kd {
        Distiller.requireWeight("ce-weight", ceWeight);
        Distiller.requireWeight("kd-weight", kdWeight);
        Distiller.requireTemperature(temperature);
    }

    @Override
    public Set<Component> components() {
        return EnumSet.allOf(Component.class);
    }

    @Override
    public List<Term> losses(Pass pass) {
        DecoupledKl kl = DecoupledKl.of(pass.student(), pass.teacher(), pass.labels(), temperature, pass.k());
        return List.of(
                Term.mean(Component.TASK, ceWeight, CrossEntropy.of(pass.student(), pass.labels()), pass.student()),
                Term.mean(Component.TARGET, kdWeight, kl.target(), pass.student()),
                Term.mean(
                        Component.NON_TARGET,
                        kdWeight,
                        kl.nonTarget().weighted(Torch.sub(1, kl.teacherTarget())),
                        pass.student()));
    }

    @Override
    public String about() {
        return "knowledge distillation (Hinton et al. 2015): CE + tau^2 KL(teacher || student)";
    }
}
