package io.github.deepkd.train;

import io.github.deepkd.data.Batch;
import io.github.deepkd.loss.Component;
import io.github.deepkd.models.Model;
import io.github.deepkd.optim.Sgd;
import io.github.deepkd.optim.VelocityGroup;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent.StepSkipped;
import io.github.deepkd.schedule.Progress;
import io.github.deepkd.tensor.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Looks for numbers that are none before they spread: in the losses at every step, in gradients and weights at every
 * n-th, or at every one where steps may be skipped, for a weight that is gone wrong cannot be.
 */
final class NumberCheck {

    /** So many skipped steps on end, and no further one will go better. */
    private static final int MOST_SKIPPED = 20;

    private static final int IMAGES_TOLD = 16;

    private final Model student;
    private final Reporter report;
    private final boolean skips;
    private final int every;
    private Map<String, Tensor> statistics = Map.of();
    private int skipped;
    private int looked;

    NumberCheck(RunConfig config, Model student, Reporter report) {
        this.student = student;
        this.report = report;
        this.skips = config.onNonfinite() == RunConfig.OnNonfinite.SKIP;
        this.every = skips ? 1 : config.checkEvery();
    }

    /** A step cannot be done: its numbers are none. */
    static final class NotFinite extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<Integer> images;

        NotFinite(String message, List<Integer> images) {
            super(message);
            this.images = images;
        }

        /** The batch's, by their place in the split; none where no batch is to blame. */
        List<Integer> images() {
            return images;
        }
    }

    /** Before the forward pass: what it will change is kept, where it may have to be put back. */
    void beforeStep() {
        if (skips) {
            statistics = new LinkedHashMap<>(student.tensors());
            statistics.keySet().removeAll(student.weightNames());
            statistics.replaceAll((name, tensor) -> tensor.clone());
        }
    }

    /**
     * Whether the weights may move.
     *
     * @param losses of the batch
     * @param sgd with its gradients pulled
     * @throws NotFinite where they may not, and steps are not to be skipped, or too many were
     */
    boolean allow(Batch batch, Progress at, Map<Component, Double> losses, Sgd sgd) {
        boolean thorough = looked++ % every == 0;
        String wrong = wrongLoss(losses);
        if (wrong == null && thorough) {
            wrong = wrongGradient(sgd);
        }
        if (wrong == null && thorough) {
            wrong = wrongWeight(student);
        }
        if (wrong != null) {
            refuse(wrong, batch, at);
            return false;
        }
        skipped = 0;
        return true;
    }

    private void refuse(String wrong, Batch batch, Progress at) {
        List<Integer> images = Arrays.stream(batch.ids()).boxed().toList();
        String what = wrong + " in epoch " + at.epoch() + ", step " + (at.step() + 1) + ", with the images "
                + shortened(images);
        skipped++;
        if (!skips || skipped > MOST_SKIPPED || wrongWeight(student) != null) {
            throw new NotFinite(what, images);
        }
        putBack();
        report.on(new StepSkipped(at.epoch(), at.step() + 1, what, images));
    }

    private void putBack() {
        Torch.noGrad(() -> student.tensors().forEach((name, now) -> {
            Tensor before = statistics.get(name);
            if (before != null) {
                Torch.copy_(now, before);
            }
        }));
    }

    private static String shortened(List<Integer> images) {
        String first = images.stream().limit(IMAGES_TOLD).map(String::valueOf).collect(Collectors.joining(", "));
        return images.size() > IMAGES_TOLD ? first + " and " + (images.size() - IMAGES_TOLD) + " more" : first;
    }

    private static @Nullable String wrongLoss(Map<Component, Double> losses) {
        for (Map.Entry<Component, Double> loss : losses.entrySet()) {
            if (!Double.isFinite(loss.getValue())) {
                return "the " + loss.getKey().label() + " loss became " + loss.getValue();
            }
        }
        return null;
    }

    private @Nullable String wrongGradient(Sgd sgd) {
        for (Map.Entry<VelocityGroup, Tensor> group : sgd.gradients().entrySet()) {
            if (!Torch.isFinite(group.getValue())) {
                return "the gradient of " + group.getKey().name() + " in "
                        + student.weightNameAt(Torch.firstNotFinite(group.getValue()))
                        + " is not finite";
            }
        }
        return null;
    }

    private static @Nullable String wrongWeight(Model student) {
        if (Torch.isFinite(student.weights().values())) {
            return null;
        }
        return student.tensors().entrySet().stream()
                .filter(entry -> !Torch.isFinite(entry.getValue()))
                .map(entry -> "the weight " + entry.getKey() + " is not finite")
                .findFirst()
                .orElseThrow();
    }

    /** @throws NotFinite naming the first weight or statistic that is not */
    static void requireFinite(Model student) {
        student.tensors().forEach((name, tensor) -> {
            if (!Torch.isFinite(tensor)) {
                throw new NotFinite("the student's " + name + " is not finite", List.of());
            }
        });
    }
}
