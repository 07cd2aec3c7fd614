package io.github.deepkd.report;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run. Epochs and steps count from 1; accuracies are percent, losses means per sample over
 * the span told, durations seconds, sizes bytes. Components are named {@code task}, {@code target}, {@code non-target}.
 * k is how many non-target classes the mask keeps, 0 without a teacher.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RunEvent.RunStarted.class, name = "run-started"),
    @JsonSubTypes.Type(value = RunEvent.RunResumed.class, name = "run-resumed"),
    @JsonSubTypes.Type(value = RunEvent.StepDone.class, name = "step"),
    @JsonSubTypes.Type(value = RunEvent.EpochDone.class, name = "epoch"),
    @JsonSubTypes.Type(value = RunEvent.Gradients.class, name = "gradients"),
    @JsonSubTypes.Type(value = RunEvent.Predictions.class, name = "predictions"),
    @JsonSubTypes.Type(value = RunEvent.Evaluation.class, name = "evaluation"),
    @JsonSubTypes.Type(value = RunEvent.MomentaChanged.class, name = "momenta"),
    @JsonSubTypes.Type(value = RunEvent.StepSkipped.class, name = "step-skipped"),
    @JsonSubTypes.Type(value = RunEvent.Warning.class, name = "warning"),
    @JsonSubTypes.Type(value = RunEvent.RunStopped.class, name = "run-stopped"),
    @JsonSubTypes.Type(value = RunEvent.Result.class, name = "result"),
    @JsonSubTypes.Type(value = RunEvent.RunFinished.class, name = "run-finished")
})
public sealed interface RunEvent {

    /** Of the events' form, see docs/events.md; 1 had no number. A field or an event more does not change it. */
    int SCHEMA = 2;

    /**
     * All that it takes to do the run again. Told first by every process, one that resumes a run included.
     *
     * @param schema {@link #SCHEMA}
     * @param configuration the effective configuration, defaults included
     * @param momenta component to momentum
     * @param gains component to what its gradient, with the weight decay that joins it, is multiplied by
     * @param weightDecay component to weight decay, before that
     * @param classNames by label
     * @param teacherTop1 null without a teacher network
     * @param answers null unless the teacher's answers were stored before
     */
    record RunStarted(
            int schema,
            String version,
            String commit,
            String java,
            String libtorch,
            String os,
            String device,
            String precision,
            int threads,
            long seed,
            String recipe,
            String dataHash,
            Map<String, Object> configuration,
            Map<String, Double> momenta,
            Map<String, Double> gains,
            Map<String, Double> weightDecay,
            List<String> components,
            List<String> classNames,
            int epochs,
            int stepsPerEpoch,
            int batchSize,
            long studentParameters,
            long teacherParameters,
            @Nullable Double teacherTop1,
            @Nullable Answers answers)
            implements RunEvent {}

    /**
     * What was stored of a teacher.
     *
     * @param views epochs whose views it answered
     * @param top how many of the largest logits were kept; 0 for all
     * @param seed of the views
     * @param settings all else that they depend on
     */
    record Answers(String folder, int views, int top, long seed, Map<String, String> settings) {}

    /**
     * The run goes on from a checkpoint: what an earlier process told of later steps is void.
     *
     * @param epoch the last epoch that the checkpoint holds, 0 for none
     * @param step steps of the next epoch that it holds
     */
    record RunResumed(int epoch, int step, String checkpoint) implements RunEvent {}

    /**
     * The run ends before its last epoch, and can go on from a checkpoint.
     *
     * @param epoch in which it stopped
     * @param step steps done in it
     * @param images the batch to blame, by place in the split; none where no batch is
     * @param checkpoint the newest; null where there is none yet
     */
    record RunStopped(
            int epoch,
            int step,
            String why,
            List<Integer> images,
            @Nullable String checkpoint) implements RunEvent {}

    /** Something that a person should know of, and that does not stop the run. */
    record Warning(int epoch, String what) implements RunEvent {}

    /**
     * A step's losses or gradients were NaN or infinite, so it did not move the weights.
     *
     * @param images of its batch, by place in the split
     */
    record StepSkipped(int epoch, int step, String what, List<Integer> images) implements RunEvent {}

    /**
     * Told now and then within an epoch.
     *
     * @param step steps done in this epoch
     * @param losses component to loss
     */
    record StepDone(
            int epoch,
            int step,
            double loss,

            @JsonSerialize(keyUsing = LossKeys.Writer.class) @JsonDeserialize(keyUsing = LossKeys.Reader.class)
            Map<String, Double> losses,

            double learningRate,
            int k,
            double samplesPerSecond)
            implements RunEvent {}

    /**
     * An epoch was trained and evaluated.
     *
     * @param trainLoss sum of the components
     * @param losses component to loss
     * @param bestTop1 the highest {@code testTop1} of the run, this epoch included
     * @param seconds training and evaluation
     * @param samplesPerSecond training alone
     */
    record EpochDone(
            int epoch,
            double trainLoss,

            @JsonSerialize(keyUsing = LossKeys.Writer.class) @JsonDeserialize(keyUsing = LossKeys.Reader.class)
            Map<String, Double> losses,

            double testTop1,
            double testTop5,
            double bestTop1,
            double learningRate,
            int k,
            double seconds,
            double samplesPerSecond)
            implements RunEvent {}

    /**
     * The components' gradients, told at the end of each measurement.
     *
     * @param batches how many were measured, in steps one after the other, the last one being {@code step}
     * @param components by name
     * @param cosines between two components' gradients of the last batch, by names such as {@code task/target}
     * @param velocities by the names of the components in them, such as {@code task+non-target}
     * @param layers weight to component to GSNR, as {@link Measured.Gradient#gsnr}
     */
    record Gradients(
            int epoch,
            int step,
            int batches,
            Map<String, Measured.Gradient> components,
            Map<String, Double> cosines,
            Map<String, Measured.Velocity> velocities,
            Map<String, Map<String, Double>> layers)
            implements RunEvent {}

    /**
     * What student and teacher say of the last batch of a measurement, its augmentation included.
     *
     * @param teacher null without one
     * @param agreement percent of images to which both give the same class; null without a teacher
     * @param mask null where the method has none
     */
    record Predictions(
            int epoch,
            int step,
            Measured.Certainty student,
            Measured.@Nullable Certainty teacher,
            @Nullable Double agreement,
            Measured.@Nullable Mask mask)
            implements RunEvent {}

    /**
     * A network on the test images: the teacher before the first step of a process, the student after each epoch.
     *
     * @param network {@code teacher} or {@code student}
     * @param epoch done by then
     * @param calibrationError expected calibration error over 15 bins of confidence, percent
     * @param classTop1 by label, percent; null for a class without test images
     * @param agreement percent of images to which student and teacher give the same class; null without a teacher
     * @param differences the most frequent ones, most frequent first; none without a teacher
     */
    record Evaluation(
            String network,
            int epoch,
            Measured.Certainty certainty,
            double calibrationError,
            List<@Nullable Double> classTop1,
            @Nullable Double agreement,
            List<Measured.Difference> differences)
            implements RunEvent {}

    /**
     * Momenta that follow the measured GSNR were set anew; they hold from the next step on.
     *
     * @param momenta component to momentum
     * @param gsnr component to smoothed GSNR, which they were set from
     */
    record MomentaChanged(int epoch, int step, Map<String, Double> momenta, Map<String, Double> gsnr)
            implements RunEvent {}

    /**
     * One row of a comparison.
     *
     * @param best highest top-1 of all epochs
     * @param last top-1 of the last epoch
     * @param mean mean top-1 of the last {@code meanOf} epochs
     * @param bytes size of the weights' file
     */
    record Result(
            String row, double best, double last, double mean, int meanOf, long parameters, long bytes, double seconds)
            implements RunEvent {

        /** The same row under another name. */
        public Result named(String name) {
            return new Result(name, best, last, mean, meanOf, parameters, bytes, seconds);
        }
    }

    /**
     * The run has done its last epoch.
     *
     * @param top1Mean mean top-1 of the last {@code meanOf} epochs
     * @param measuringShare percent of this process's training time that was spent measuring
     */
    record RunFinished(
            double top1Best,
            int bestEpoch,
            double top1Last,
            double top1Mean,
            int meanOf,
            double seconds,
            double measuringShare,
            long peakMemoryBytes)
            implements RunEvent {}
}
