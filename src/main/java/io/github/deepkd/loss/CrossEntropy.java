package io.github.deepkd.loss;

import static io.github.deepkd.tensor.Torch.as;
import static io.github.deepkd.tensor.Torch.atLeastFloat32;
import static io.github.deepkd.tensor.Torch.column;
import static io.github.deepkd.tensor.Torch.exp;
import static io.github.deepkd.tensor.Torch.gather;
import static io.github.deepkd.tensor.Torch.logSoftmax;
import static io.github.deepkd.tensor.Torch.maskAt;
import static io.github.deepkd.tensor.Torch.neg;
import static io.github.deepkd.tensor.Torch.sub;

import org.bytedeco.pytorch.Tensor;

/** L_CE = -log softmax(zs)_y, the task loss. Its gradient is softmax(zs) - onehot(y). */
public final class CrossEntropy {

    private CrossEntropy() {}

    /**
     * The cross-entropy of each sample.
     *
     * @param zs student logits [N, C]
     * @param labels [N], from 0 to C - 1
     */
    public static PerSample of(Tensor zs, Tensor labels) {
        Tensor y = column(labels);
        Tensor logP = logSoftmax(atLeastFloat32(zs.detach()));
        Tensor p = exp(logP);
        return new PerSample(neg(gather(logP, y)).squeeze(1), sub(p, as(maskAt(p, y), p)));
    }
}
