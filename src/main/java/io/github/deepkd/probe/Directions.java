package io.github.deepkd.probe;

import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.Torch;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** Random directions in the space of a network's weights. */
final class Directions {

    private static final double TINY = 1e-10;

    private Directions() {}

    /**
     * A normally distributed direction [P] whose filters are as long as the network's: {@code d_ij <- d_ij / |d_ij| *
     * |w_ij|} (Li et al. 2018, section 4; a row of a linear layer counts as a filter). Biases and normalisations stay, as
     * in the authors' code. Drawn from libtorch's generator.
     */
    static Tensor filterNormalized(Model model) {
        Tensor direction = Torch.zerosLike(model.weights().values());
        Map<String, Tensor> tensors = model.tensors();
        long offset = 0;
        for (String name : model.weightNames()) {
            Tensor weight = Objects.requireNonNull(tensors.get(name));
            if (weight.dim() > 1) {
                Tensor drawn = Torch.zerosLike(weight);
                Torch.normal_(drawn, 0, 1);
                Tensor length = Torch.div(Torch.filterNorm(weight), Torch.add(Torch.filterNorm(drawn), TINY));
                Torch.copy_(
                        direction.narrow(0, offset, weight.numel()).view(Torch.shape(weight)),
                        Torch.mul(drawn, length));
            }
            offset += weight.numel();
        }
        return direction;
    }
}
