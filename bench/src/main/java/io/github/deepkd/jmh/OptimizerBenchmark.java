package io.github.deepkd.jmh;

import io.github.deepkd.distiller.Kd;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** An optimiser's step on ResNet8x4's weights with the paper's momenta, two velocities; gradients are only copied. */
public class OptimizerBenchmark extends Part {

    private static final double LEARNING_RATE = 1e-3;
    private static final double WEIGHT_DECAY = 5e-4;

    /** In bfloat16 the working copies are brought up to date as well. */
    @Param({"FLOAT32", "BFLOAT16"})
    private Precision precision;

    private TensorScope scope;
    private Model student;
    private Tensor gradient;
    private Sgd sgd;

    @Setup
    public void makeStudent() {
        scope = TensorScope.open();
        Torch.manualSeed(1);
        student = Models.create("resnet8x4", 3, 100, precision);
        gradient = Torch.zerosLike(student.weights().values());
        Torch.normal_(gradient, 0, 1e-3);
        sgd = new Sgd(
                student.weights().values(),
                VelocityGroup.of(Momenta.DeepKd.DEFAULTS, Kd.DEFAULTS.components(), WEIGHT_DECAY, true));
    }

    @TearDown
    public void free() {
        scope.close();
    }

    @Benchmark
    public void step() {
        try (TensorScope step = TensorScope.open()) {
            sgd.step((group, vector) -> vector.copy_(gradient), LEARNING_RATE);
            student.weights().refresh();
        }
    }
}
