package io.github.deepkd.train;

import io.github.deepkd.loss.Term;
import io.github.deepkd.nn.FlatWeights;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Pulls one step's loss terms back to the weights, one backward pass a group of components. */
final class Pullback implements Sgd.Gradients {

    private final List<Term> terms;
    private final Tensor[] weights;
    private int pullsLeft;

    /**
     * @param pulls how many there will be; the graph is freed by the last
     */
    Pullback(List<Term> terms, FlatWeights weights, int pulls) {
        this.terms = terms;
        this.weights = weights.used();
        this.pullsLeft = pulls;
    }

    @Override
    public void pull(VelocityGroup group, Tensor vector) {
        List<Term> pulled = terms.stream()
                .filter(term -> group.components().contains(term.component()))
                .toList();
        boolean keepGraph = --pullsLeft > 0;
        Tensor[] gradients = Torch.grad(
                pulled.stream().map(Term::output).toList(),
                pulled.stream()
                        .map(term -> Torch.mul(group.gain(term.component()), term.cotangent()))
                        .toList(),
                weights,
                keepGraph);
        FlatWeights.gather(gradients, vector);
    }
}
