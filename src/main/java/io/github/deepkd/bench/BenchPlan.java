package io.github.deepkd.bench;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Shape;
import io.github.deepkd.train.RunConfig;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be timed.
 *
 * @param config names both networks, whose weights are random: a step costs the same whatever they are
 * @param shape of an image
 * @param data for a second measurement with batches that a loader reads and augments
 * @param stored whether the teacher's answers are read from a folder, not asked for
 * @param steps that count
 * @param warmUp steps before them
 */
public record BenchPlan(
        RunConfig config, Shape shape, int classes, Optional<Dataset> data, boolean stored, int steps, int warmUp) {

    public BenchPlan {
        requireAtLeast("--classes", 2, classes);
        requireAtLeast("--steps", 1, steps);
        requireAtLeast("--warm-up", 0, warmUp);
        data.ifPresent(set -> requireABatch(set, config.batchSize()));
        if (stored && (data.isPresent() || !config.method().needsTeacher())) {
            throw new BadInput(
                    "--stored-answers are those of a teacher to random batches: leave out --data, and choose a"
                            + " --method that has a teacher");
        }
        config.mask().check(classes);
        config.momenta().check(config.method().components());
    }

    private static void requireAtLeast(String flag, int least, int found) {
        if (found < least) {
            throw new BadInput(flag + " must be " + least + " or more, found " + found);
        }
    }

    private static void requireABatch(Dataset data, int batch) {
        if (data.train().size() < batch) {
            throw new BadInput("--batch " + batch + " is more than the "
                    + data.train().size() + " training images of " + data.name() + ": choose a smaller one");
        }
    }

    int allSteps() {
        return warmUp + steps;
    }

    /** The configuration for a run of so many epochs. */
    RunConfig config(int epochs) {
        return RunConfig.BINDER.bind(config, Map.of("epochs", epochs));
    }
}
