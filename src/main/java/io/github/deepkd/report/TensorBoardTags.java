package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.Evaluation;
import io.github.deepkd.report.RunEvent.Gradients;
import io.github.deepkd.report.RunEvent.MomentaChanged;
import io.github.deepkd.report.RunEvent.Predictions;
import io.github.deepkd.report.RunEvent.StepDone;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of an event under TensorBoard's tags, whose part before the slash groups them there. */
final class TensorBoardTags {

    private final Map<String, Double> values = new LinkedHashMap<>();

    private TensorBoardTags() {}

    /** Tag to value; none for events that tell of no number that changes with time. */
    static Map<String, Double> of(RunEvent event) {
        TensorBoardTags tags = new TensorBoardTags();
        if (event instanceof StepDone step) {
            tags.step(step);
        } else if (event instanceof EpochDone epoch) {
            tags.epoch(epoch);
        } else if (event instanceof Evaluation evaluation) {
            tags.evaluation(evaluation);
        } else if (event instanceof Gradients gradients) {
            tags.gradients(gradients);
        } else if (event instanceof Predictions predictions) {
            tags.predictions(predictions);
        } else if (event instanceof MomentaChanged changed) {
            changed.momenta().forEach((component, mu) -> tags.put("momentum/" + component, mu));
        }
        return tags.values;
    }

    private void put(String tag, double value) {
        values.put(tag, value);
    }

    private void step(StepDone step) {
        put("loss/total", step.loss());
        step.losses().forEach((component, loss) -> put("loss/" + component, loss));
        put("lr", step.learningRate());
        put("k", step.k());
        put("samples_per_second", step.samplesPerSecond());
    }

    private void epoch(EpochDone epoch) {
        put("accuracy/test_top1", epoch.testTop1());
        put("accuracy/test_top5", epoch.testTop5());
        put("accuracy/best_top1", epoch.bestTop1());
        put("loss/epoch", epoch.trainLoss());
    }

    private void evaluation(Evaluation evaluation) {
        certainty("test/" + evaluation.network(), evaluation.certainty());
        put("test/" + evaluation.network() + "_calibration_error", evaluation.calibrationError());
        if (evaluation.agreement() != null) {
            put("test/agreement", evaluation.agreement());
        }
    }

    private void certainty(String tag, Measured.Certainty certainty) {
        put(tag + "_top1", certainty.top1());
        put(tag + "_confidence", certainty.confidence());
        put(tag + "_entropy", certainty.entropy());
    }

    private void gradients(Gradients measured) {
        measured.components().forEach((component, gradient) -> {
            put("gsnr/" + component, gradient.gsnr());
            put("gsnr_pooled/" + component, gradient.gsnrPooled());
            put("gradient_norm/" + component, gradient.norm());
            put("update_cosine/" + component, gradient.updateCosine());
        });
        measured.cosines().forEach((pair, cosine) -> put("cosine/" + pair.replace('/', '_'), cosine));
        measured.velocities().forEach((group, velocity) -> put("step_length/" + group, velocity.step()));
        measured.layers()
                .forEach((weight, components) ->
                        components.forEach((component, gsnr) -> put("gsnr_" + component + "/" + weight, gsnr)));
    }

    private void predictions(Predictions batch) {
        certainty("batch/student", batch.student());
        if (batch.teacher() != null) {
            certainty("batch/teacher", batch.teacher());
        }
        if (batch.agreement() != null) {
            put("batch/agreement", batch.agreement());
        }
        if (batch.mask() != null) {
            put("mask/kept_mass", batch.mask().keptMass());
            put("mask/agreement", batch.mask().agreement());
        }
    }
}
