package io.github.deepkd.report;

import java.util.List;

/** Parts of the events that tell what was measured while training. Shares are percent, entropies nats. */
public final class Measured {

    private Measured() {}

    /**
     * A component's gradient [P], weight decay and gain left out. The three ratios are over the batches of one
     * measurement, the rest is of its last batch.
     *
     * @param gsnr mean over parameters of squared mean over variance, corrected for how few batches there are
     * @param gsnrPlain the same without the correction: about 1 / batches where there is no signal
     * @param gsnrPooled sum over parameters of squared means over the sum of variances, corrected
     * @param norm Euclidean
     * @param updateCosine with the sum of all velocities, which the weights move against
     */
    public record Gradient(double gsnr, double gsnrPlain, double gsnrPooled, double norm, double updateCosine) {}

    /**
     * A velocity after a step.
     *
     * @param norm Euclidean
     * @param step how far it moves the weights: learning rate times norm
     * @param age mean age of the gradients in it, in steps, by the weight that they have in it
     */
    public record Velocity(double momentum, double norm, double step, double age) {}

    /**
     * What a network says of some images, at temperature 1.
     *
     * @param top1 share of images whose class has the largest logit
     * @param confidence mean probability of the largest class
     * @param entropy mean over images
     */
    public record Certainty(double top1, double confidence, double entropy) {}

    /**
     * The mask over the non-target classes of a batch.
     *
     * @param keptMass share of the teacher's non-target probability that lies inside, at temperature 1
     * @param agreement share of images whose most likely class inside is the same for student and teacher
     */
    public record Mask(int k, double keptMass, double agreement) {}

    /**
     * Images on which student and teacher differ in the same way.
     *
     * @param teacher the class it gives
     * @param student the class it gives
     * @param count of such images
     * @param teacherRight of these
     * @param studentRight of these
     * @param images some of them, by place in the test split
     */
    public record Difference(
            int teacher, int student, int count, int teacherRight, int studentRight, List<Integer> images) {}
}
