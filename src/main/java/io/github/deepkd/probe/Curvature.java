package io.github.deepkd.probe;

import io.github.deepkd.report.LossSurface.Sharpness;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** How sharply the loss bends at a student's weights. */
final class Curvature {

    private static final double STEP = 1e-5; // of the weights' length; gradients are in float64
    private static final double ENOUGH = 1e-3;

    private Curvature() {}

    /**
     * The Hessian times {@code v} [P], a vector of length 1: {@code (g(w + h v) - g(w - h v)) / 2h}. The student must
     * compute in float64.
     */
    static Tensor product(Probe probe, Tensor weights, Tensor v) {
        double h = STEP * Math.max(1, norm(weights));
        probe.moveTo(moved(weights, h, v));
        Tensor ahead = probe.gradient();
        probe.moveTo(moved(weights, -h, v));
        Tensor behind = probe.gradient();
        probe.moveTo(weights);
        return Torch.mul(1 / (2 * h), Torch.sub(ahead, behind));
    }

    static Tensor moved(Tensor weights, double by, Tensor direction) {
        return Torch.add(weights, Torch.mul(by, direction));
    }

    /**
     * The eigenvalue of largest magnitude of a symmetric operator, by power iteration.
     *
     * @param start no eigenvector's complement, so a random one
     */
    static Sharpness largest(UnaryOperator<Tensor> product, Tensor start, int most) {
        Tensor v = Torch.mul(1 / norm(start), start);
        double value = 0;
        double change = Double.POSITIVE_INFINITY;
        int done = 0;
        while (done < most && change > ENOUGH) {
            try (TensorScope step = TensorScope.open()) {
                Tensor hv = product.apply(v);
                double quotient = Torch.item(Torch.sum(Torch.mul(v, hv)));
                change = Math.abs(quotient - value) / Math.max(Math.abs(quotient), 1e-12);
                value = quotient;
                Torch.copy_(v, Torch.mul(1 / Math.max(norm(hv), 1e-300), hv));
            }
            done++;
        }
        return new Sharpness(value, done, change, change <= ENOUGH);
    }

    private static double norm(Tensor x) {
        return Math.sqrt(Torch.item(Torch.sum(Torch.mul(x, x))));
    }
}
