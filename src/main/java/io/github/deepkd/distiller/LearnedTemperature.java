package io.github.deepkd.distiller;

import static io.github.deepkd.tensor.Torch.add;
import static io.github.deepkd.tensor.Torch.add_;
import static io.github.deepkd.tensor.Torch.mul;
import static io.github.deepkd.tensor.Torch.mul_;
import static io.github.deepkd.tensor.Torch.sigmoid;

import io.github.deepkd.loss.Term;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The temperature of CTKD, the student's adversary; see {@link Curriculum.Ctkd}. */
public final class LearnedTemperature {

    private final Curriculum.Ctkd settings;
    private final Tensor theta = Torch.requireGrad(Torch.scalar(1));
    private final Tensor velocity = Torch.scalar(0);

    LearnedTemperature(Curriculum.Ctkd settings) {
        this.settings = settings;
    }

    /** The temperature now, its graph attached; no dimensions. */
    public Tensor tau() {
        return add(mul(settings.range(), sigmoid(theta)), settings.base());
    }

    /** One step uphill on the sum of the terms, by SGD as the student's, {@code learningRate} and decay included. */
    public void step(List<Term> terms, Progress at, double learningRate, double weightDecay) {
        Tensor loss = terms.stream().map(Term::value).reduce(Torch::add).orElseThrow();
        Tensor slope = Torch.grad(List.of(loss), List.of(Torch.onesLike(loss)), new Tensor[] {theta}, false)[0];
        Torch.noGrad(() -> {
            Tensor reversed = add(mul(-strength(at), slope), mul(weightDecay, theta));
            add_(mul_(velocity, settings.momentum()), reversed);
            add_(theta, -learningRate, velocity);
        });
    }

    /** lambda, from 0 at the start to 1 after the curriculum's epochs. */
    private double strength(Progress at) {
        return (1 - Math.cos(Math.PI * Math.min(1, at.epoch() / settings.epochs()))) / 2;
    }

    /** What a checkpoint keeps. */
    public Map<String, Tensor> state() {
        return Map.of("temperature.theta", theta, "temperature.velocity", velocity);
    }
}
