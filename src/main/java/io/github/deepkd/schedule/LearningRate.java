package io.github.deepkd.schedule;

import io.github.deepkd.BadInput;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The learning rate of each step. A variant is one record here and one row in {@link #kinds}. */
public interface LearningRate {

    /** The registry: kind to its defaults. */
    static Map<String, Record> kinds() {
        return new TreeMap<>(Map.of("steps", Steps.DEFAULTS, "cosine", Cosine.DEFAULTS));
    }

    double at(Progress progress);

    /** Whether another number of epochs changes the rate of epochs already done. */
    boolean dependsOnEpochs();

    /**
     * Divided at milestones: mdistiller's schedule for CIFAR-100 by default.
     *
     * @param start the rate before the first milestone
     * @param milestones epochs (from 1) after which the rate is multiplied by {@code factor}
     * @param warmUpEpochs epochs over which the rate rises linearly from nearly 0, step by step
     */
    record Steps(double start, List<Integer> milestones, double factor, double warmUpEpochs) implements LearningRate {

        public static final Steps DEFAULTS = new Steps(0.05, List.of(150, 180, 210), 0.1, 0);

        public Steps {
            requirePositive(start);
            requireWarmUp(warmUpEpochs);
            if (!(factor > 0 && factor <= 1)) {
                throw new BadInput("factor must be greater than 0 and at most 1, found " + factor);
            }
            if (!milestones.stream().sorted().distinct().toList().equals(milestones)) {
                throw new BadInput("milestones must rise, found " + milestones);
            }
        }

        @Override
        public double at(Progress progress) {
            long passed = milestones.stream().filter(m -> progress.epoch() > m).count();
            return warmUp(progress, warmUpEpochs) * start * Math.pow(factor, (double) passed);
        }

        @Override
        public boolean dependsOnEpochs() {
            return false;
        }
    }

    /**
     * Half a cosine from {@code start} down to {@code end} (Loshchilov and Hutter 2017, without restarts).
     *
     * @param warmUpEpochs epochs over which the rate rises linearly; the cosine follows them
     * @param warmUpFactor where it rises from, as a share of {@code start}
     * @param byEpoch whether the rate changes once an epoch, as in the authors' code, or step by step
     */
    record Cosine(double start, double end, double warmUpEpochs, double warmUpFactor, boolean byEpoch)
            implements LearningRate {

        public static final Cosine DEFAULTS = new Cosine(0.05, 0, 0, 0, false);

        public Cosine {
            requirePositive(start);
            requireWarmUp(warmUpEpochs);
            if (!(end >= 0 && end <= start)) {
                throw new BadInput("end must be between 0 and start (" + start + "), found " + end);
            }
            if (!(warmUpFactor >= 0 && warmUpFactor <= 1)) {
                throw new BadInput("warm-up-factor must be between 0 and 1, found " + warmUpFactor);
            }
        }

        @Override
        public double at(Progress progress) {
            double done = byEpoch ? progress.epoch() : progress.epochsDone();
            if (done < warmUpEpochs) {
                double risen = byEpoch ? done / warmUpEpochs : warmUp(progress, warmUpEpochs);
                return start * (warmUpFactor + (1 - warmUpFactor) * risen);
            }
            double fraction = (done - warmUpEpochs) / (progress.epochs() - warmUpEpochs);
            return end + (start - end) * (1 + Math.cos(Math.PI * fraction)) / 2;
        }

        @Override
        public boolean dependsOnEpochs() {
            return true;
        }
    }

    private static double warmUp(Progress progress, double epochs) {
        double stepsDone = progress.epochsDone() * progress.steps() + 1;
        return epochs == 0 ? 1 : Math.min(1, stepsDone / (epochs * progress.steps()));
    }

    private static void requirePositive(double start) {
        if (!(start > 0 && Double.isFinite(start))) {
            throw new BadInput("start must be greater than 0, found " + start);
        }
    }

    private static void requireWarmUp(double epochs) {
        if (!(epochs >= 0 && Double.isFinite(epochs))) {
            throw new BadInput("warm-up-epochs must be 0 or more, found " + epochs);
        }
    }
}
