package io.github.deepkd.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.data.Augmentation;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.LossSurface.Sharpness;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.TinyRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvatureTest {

    @TempDir
    private Path folder;

    /** Eigenvalues 5, 1 and -7, its eigenvectors turned away from the axes. */
    @Test
    void theEigenvalueOfLargestMagnitudeIsFoundWithItsSign() {
        try (TensorScope scope = TensorScope.open()) {
            // H = Q diag(5, 1, -7) Q' with Q the reflection I - 2 u u', u = (1, 2, 2) / 3.
            double[][] q = {{7 / 9.0, -4 / 9.0, -4 / 9.0}, {-4 / 9.0, 1 / 9.0, -8 / 9.0}, {-4 / 9.0, -8 / 9.0, 1 / 9.0}
            };
            double[] values = {5, 1, -7};
            double[] h = new double[9];
            for (int i = 0; i < 9; i++) {
                for (int k = 0; k < 3; k++) {
                    h[i] += q[i / 3][k] * values[k] * q[i % 3][k];
                }
            }
            Tensor hessian = Torch.tensor(h, 3, 3);
            Sharpness found = Curvature.largest(
                    v -> Torch.matmul(hessian, Torch.column(v)).squeeze(1),
                    Torch.tensor(new double[] {0.3, 0.9, -0.2}, 3),
                    200);
            assertThat(found.largestEigenvalue()).isCloseTo(-7, within(0.05));
            assertThat(found.converged()).isTrue();
            assertThat(Curvature.largest(
                                    v -> Torch.matmul(hessian, Torch.column(v)).squeeze(1),
                                    Torch.tensor(new double[] {0.3, 0.9, -0.2}, 3),
                                    2)
                            .converged())
                    .isFalse();
        }
    }

    @Test
    void theHessianTimesAVectorAgreesWithSecondDifferencesOfTheLoss() {
        TinyRun.prepare(folder);
        Dataset data = Datasets.open("idx:" + folder, Optional.empty());
        try (TensorScope scope = TensorScope.open()) {
            Torch.manualSeed(3);
            Model model = Models.create("resnet8", 1, 10, Precision.FLOAT64);
            Loader loader = new Loader(
                    data.test(), new Normalization(List.of(0.5), List.of(0.25)), Augmentation.NONE, 1, 20, 1);
            Probe probe = new Probe(model, loader.inOrder());
            Tensor own = probe.weights().clone();
            Tensor v = Torch.zerosLike(own);
            Torch.normal_(v, 0, 1);
            Tensor unit = Torch.mul(1 / Math.sqrt(Torch.item(Torch.sum(Torch.mul(v, v)))), v);
            double bent = Torch.item(Torch.sum(Torch.mul(unit, Curvature.product(probe, own, unit))));

            assertThat(Torch.equal(probe.weights(), own))
                    .as("the student stays where it was")
                    .isTrue();
            double h = 1e-3;
            double here = probe.measure().loss();
            probe.moveTo(Curvature.moved(own, h, unit));
            double ahead = probe.measure().loss();
            probe.moveTo(Curvature.moved(own, -h, unit));
            double behind = probe.measure().loss();
            assertThat(bent).isCloseTo((ahead - 2 * here + behind) / (h * h), within(0.02 * Math.abs(bent) + 1e-4));
        }
    }

    @Test
    void filtersOfADirectionAreAsLongAsTheStudentsAndNormalisationsStay() {
        try (TensorScope scope = TensorScope.open()) {
            Torch.manualSeed(3);
            Model model = Models.create("resnet8", 1, 10, Precision.FLOAT32);
            Torch.manualSeed(1);
            Tensor direction = Directions.filterNormalized(model);
            Torch.manualSeed(1);
            assertThat(Torch.equal(Directions.filterNormalized(model), direction))
                    .isTrue();
            long offset = 0;
            for (String name : model.weightNames()) {
                Tensor weight = model.tensors().get(name);
                Tensor part = direction.narrow(0, offset, weight.numel()).view(Torch.shape(weight));
                if (weight.dim() > 1) {
                    double[] wanted = Torch.doubles(Torch.filterNorm(weight));
                    assertThat(Torch.doubles(Torch.filterNorm(part))).as(name).containsExactly(wanted, within(1e-4));
                } else {
                    assertThat(Torch.doubles(part)).as(name).containsOnly(0);
                }
                offset += weight.numel();
            }
        }
    }
}
