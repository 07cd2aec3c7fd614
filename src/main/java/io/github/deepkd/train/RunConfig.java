package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.RecordBinder;
import io.github.deepkd.data.Augmentation;
import io.github.deepkd.data.Crop;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.distiller.Curriculum;
import io.github.deepkd.distiller.Distiller;
import io.github.deepkd.distiller.Distillers;
import io.github.deepkd.distiller.Divergence;
import io.github.deepkd.distiller.PlainTraining;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.measure.Gsnr;
import io.github.deepkd.optim.Momenta;
import io.github.deepkd.schedule.LearningRate;
import io.github.deepkd.schedule.TopK;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a run; a recipe states what differs from {@link #DEFAULTS}. The components are the keys.
 *
 * @param method the distillation method, see {@code deepkd list methods}
 * @param momenta the momentum of each gradient component
 * @param mergeEqualMomenta whether components of equal momentum share a backward pass; false only for measuring
 * @param mask how many non-target classes NCKD looks at
 * @param standardize whether the logits of student and teacher are standardised before they are compared (LSKD)
 * @param curriculum whether the temperature is learned in place of the method's own
 * @param semantics the papers' losses or what the authors' DeepKD code computes, see {@link Semantics}
 * @param weightDecay joins the gradient of one component, see {@link Momenta#decayed}
 * @param meanOf the last epochs whose mean accuracy is reported
 * @param logEvery steps between two {@code step} events
 * @param gsnrEvery steps from one measurement of the components' gradients to the next; 0 for none
 * @param gsnrWindow steps in a row that make a measurement, the last ones before it is told
 * @param tensorboard whether TensorBoard's event files are written as well
 * @param checkEvery steps between two looks at every gradient and weight for NaN and infinity; losses are always looked at
 * @param onNonfinite what becomes of a step whose losses or gradients are NaN or infinite
 * @param checkpoints when they are written, beside those at the end of each epoch
 * @param threads of one libtorch operation; 0 leaves it to libtorch
 * @param deterministic whether operations that may give other bits each time are refused
 */
public record RunConfig(
        Data data,
        TeacherModel teacher,
        StudentModel student,
        Distiller method,
        Momenta momenta,
        boolean mergeEqualMomenta,
        TopK mask,
        boolean standardize,
        Curriculum curriculum,
        Semantics semantics,
        LearningRate learningRate,
        double weightDecay,
        int batchSize,
        int epochs,
        int meanOf,
        int logEvery,
        int gsnrEvery,
        int gsnrWindow,
        boolean tensorboard,
        int checkEvery,
        OnNonfinite onNonfinite,
        Checkpointing checkpoints,
        long seed,
        Device device,
        NumberFormat precision,
        int threads,
        boolean deterministic) {

    /**
     * Where images come from and how they are prepared.
     *
     * @param kind see {@code deepkd list datasets}
     * @param size images of a folder are scaled and cropped to it; needed where they differ
     * @param resize what an image's shorter side becomes before the middle is cut out, for evaluation; 256 for size 224
     *     and in that proportion where it is not set
     * @param augmentation of the training images
     * @param trainLimit how many of the training images are used, the same for every seed and as many of each class as
     *     can be; all where it is not set
     * @param normalization per channel, of values in [0, 1]; the kind's own where it is not set
     * @param loaderThreads threads that prepare batches; any number gives the same batches
     */
    public record Data(
            String kind,
            @Nullable Path directory,
            @Nullable Integer size,
            @Nullable Integer resize,
            @Nullable Integer trainLimit,
            Augmentation augmentation,
            @Nullable Normalization normalization,
            int loaderThreads) {

        public Data {
            requireAtLeast("loader-threads", 1, loaderThreads);
        }
    }

    /**
     * The network that teaches; model and weights are needed unless the method needs no teacher, or its answers are stored.
     *
     * @param weights a file, or {@code embedded:NAME} for one that comes with deepkd
     * @param answers a folder of {@code deepkd teach}, whose answers are used in place of the network
     */
    public record TeacherModel(
            @Nullable String model,
            @Nullable String weights,
            @Nullable Path answers) {}

    /** The network that is trained, from {@code weights} where they are given, else from scratch. */
    public record StudentModel(String model, @Nullable String weights) {}

    /** Where tensors live; {@code cuda} is known and refused, for this version computes on the CPU only. */
    public enum Device {
        CPU,
        CUDA
    }

    /** What networks compute in; see {@link io.github.deepkd.tensor.Precision}. */
    public enum NumberFormat {
        FLOAT32,
        BFLOAT16
    }

    /** A skipped step leaves the student as it was; too many on end stop the run all the same. */
    public enum OnNonfinite {
        STOP,
        SKIP
    }

    public static final RunConfig DEFAULTS = new RunConfig(
            new Data("cifar100", null, null, null, null, Crop.DEFAULTS, null, 2),
            new TeacherModel(null, null, null),
            new StudentModel("resnet20", null),
            PlainTraining.DEFAULTS,
            Momenta.Joint.DEFAULTS,
            true,
            new TopK.All(),
            false,
            new Curriculum.None(),
            Semantics.PAPER,
            LearningRate.Steps.DEFAULTS,
            5e-4,
            64,
            240,
            10,
            20,
            400,
            8,
            false,
            10,
            OnNonfinite.STOP,
            Checkpointing.DEFAULTS,
            1,
            Device.CPU,
            NumberFormat.FLOAT32,
            0,
            false);

    /** Binds recipes to this record: the registries of methods, momenta, masks, schedules and augmentations. */
    public static final RecordBinder BINDER = new RecordBinder(Map.of(
            Distiller.class, Distillers.kinds(),
            Divergence.class, Divergence.kinds(),
            Curriculum.class, Curriculum.kinds(),
            Momenta.class, Momenta.kinds(),
            TopK.class, TopK.kinds(),
            LearningRate.class, LearningRate.kinds(),
            Augmentation.class, Augmentation.kinds()));

    public RunConfig {
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new BadInput("weight-decay must be 0 or more, found " + weightDecay);
        }
        requireAtLeast("batch-size", 1, batchSize);
        requireAtLeast("epochs", 1, epochs);
        requireAtLeast("mean-of", 1, meanOf);
        requireAtLeast("log-every", 1, logEvery);
        requireAtLeast("gsnr-every", 0, gsnrEvery);
        requireAtLeast("gsnr-window", Gsnr.LEAST_BATCHES, gsnrWindow);
        if (gsnrEvery > 0 && gsnrEvery < gsnrWindow) {
            throw new BadInput("gsnr-every must be at least gsnr-window, found " + gsnrEvery + " and " + gsnrWindow);
        }
        if (gsnrEvery == 0 && momenta instanceof Momenta.Following) {
            throw new BadInput(
                    "momenta gsnr follow what is measured, but gsnr-every 0 measures nothing: set it to 400");
        }
        requireAtLeast("check-every", 1, checkEvery);
        requireAtLeast("threads", 0, threads);
        if (!method.needsTeacher() && (standardize || !(curriculum instanceof Curriculum.None))) {
            throw new BadInput("standardize and curriculum change how a student is compared with its teacher, but this "
                    + "method has none: leave them out, or choose a method such as kd");
        }
        if (device == Device.CUDA) {
            throw new BadInput("device cuda: this version of deepkd computes on the CPU only; use --device cpu");
        }
    }

    private static void requireAtLeast(String key, int least, int found) {
        if (found < least) {
            throw new BadInput(key + " must be " + least + " or more, found " + found);
        }
    }

    /** {@link #DEFAULTS} with what the recipe changes. */
    public static RunConfig of(Recipe recipe) {
        return recipe.bind(BINDER, DEFAULTS);
    }

    /** Every key with its value, defaults included: the effective configuration. */
    public Map<String, Object> toMap() {
        return BINDER.toMap(this);
    }
}
