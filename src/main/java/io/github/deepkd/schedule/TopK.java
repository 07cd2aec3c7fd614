package io.github.deepkd.schedule;

import io.github.deepkd.BadInput;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many non-target classes NCKD looks at: the K of the paper's dynamic top-k mask (DTM), which drops the classes of
 * low teacher probability, "dark knowledge" that is mostly noise, and lets them in as training goes on. A variant is
 * one record here and one row in {@link #kinds}.
 */
public interface TopK {

    /** The registry: kind to its defaults. */
    static Map<String, Record> kinds() {
        return new TreeMap<>(Map.of("none", new All(), "fixed", Fixed.DEFAULTS, "dynamic", Dynamic.DEFAULTS));
    }

    /** K, 1 or more; {@code classes} or more is no mask. */
    int k(Progress progress, int classes);

    /** Whether another number of epochs changes the K of epochs already done. */
    default boolean dependsOnEpochs() {
        return false;
    }

    /** Refuses settings that the number of classes rules out. */
    default void check(int classes) {}

    /** No mask: all non-target classes. */
    record All() implements TopK {
        @Override
        public int k(Progress progress, int classes) {
            return classes;
        }
    }

    /** The same K in every epoch. */
    record Fixed(int k) implements TopK {

        public static final Fixed DEFAULTS = new Fixed(5);

        public Fixed {
            requirePositive("k", k);
        }

        @Override
        public int k(Progress progress, int classes) {
            return k;
        }

        @Override
        public void check(int classes) {
            requireAtMost("mask.k", k, classes);
        }
    }

    /**
     * Three phases by epoch: <em>easy</em>, linear from {@code start} of the classes to {@code kOpt}; <em>transition</em>,
     * {@code kOpt}; <em>hard</em>, linear from {@code kOpt} to all non-target classes. The paper's text gives the phases
     * and the 5 %; where the phases end and {@code kOpt} are this project's choice.
     *
     * @param start the share of the classes in the first epoch
     * @param kOpt K of the transition phase; half of the classes when it is not set
     * @param easyEnd where the easy phase ends, as a fraction of training
     * @param hardStart where the hard phase starts, as a fraction of training
     */
    record Dynamic(double start, @Nullable Integer kOpt, double easyEnd, double hardStart) implements TopK {

        public static final Dynamic DEFAULTS = new Dynamic(0.05, null, 0.3, 0.7);

        public Dynamic {
            if (!(start > 0 && start <= 1)) {
                throw new BadInput("start must be greater than 0 and at most 1, found " + start);
            }
            if (kOpt != null) {
                requirePositive("k-opt", kOpt);
            }
            if (!(easyEnd >= 0 && easyEnd <= hardStart && hardStart <= 1)) {
                throw new BadInput(
                        "easy-end and hard-start must rise within 0 to 1, found " + easyEnd + " and " + hardStart);
            }
        }

        @Override
        public int k(Progress progress, int classes) {
            int all = classes - 1;
            int first = Math.min(all, (int) Math.max(1, Math.round(start * classes)));
            int middle = kOpt == null ? Math.max(1, Math.min(all, classes / 2)) : kOpt;
            double done = progress.epochs() == 1 ? 0 : (progress.epoch() - 1.0) / (progress.epochs() - 1);
            if (done < easyEnd) {
                return between(first, middle, done / easyEnd);
            }
            return done <= hardStart ? middle : between(middle, all, (done - hardStart) / (1 - hardStart));
        }

        @Override
        public boolean dependsOnEpochs() {
            return true;
        }

        private static int between(int from, int to, double fraction) {
            return (int) Math.round(from + (to - from) * fraction);
        }

        @Override
        public void check(int classes) {
            if (kOpt != null) {
                requireAtMost("mask.k-opt", kOpt, classes);
            }
        }
    }

    private static void requirePositive(String key, int k) {
        if (k < 1) {
            throw new BadInput(key + " must be 1 or more, found " + k);
        }
    }

    private static void requireAtMost(String key, int k, int classes) {
        if (k > classes - 1) {
            throw new BadInput(key + " is " + k + ", but the data has " + classes + " classes, so at most "
                    + (classes - 1) + " that are not the target");
        }
    }
}
