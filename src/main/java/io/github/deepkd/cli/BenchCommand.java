package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.bench.Bench;
import io.github.deepkd.bench.BenchPlan;
import io.github.deepkd.bench.BenchResult;
import io.github.deepkd.bench.BenchText;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Models;
import io.github.deepkd.train.RunConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deepkd bench}. */
@Command(
        name = "bench",
        description = "Times training steps phase by phase, on random batches and on those of a data set. Weights are"
                + " random, so no file is needed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd bench",
            "  deepkd bench --pair resnet56:resnet20 --precision bfloat16 --data cifar100:cifar-100-binary",
            "  deepkd bench --method none --momenta joint --pair resnet56:resnet20 --steps 5000 --json"
        })
final class BenchCommand implements Callable<Integer> {

    @Option(
            names = "--pair",
            paramLabel = "T:S",
            defaultValue = "resnet32x4:resnet8x4",
            description = "Teacher and student, see 'deepkd list models'; ${DEFAULT-VALUE} by default.")
    private String pair = "";

    @Option(
            names = "--method",
            paramLabel = "NAME",
            defaultValue = "kd",
            description = "See 'deepkd list methods'; kd by default.")
    private String method = "";

    @Option(
            names = "--momenta",
            paramLabel = "NAME",
            defaultValue = "deepkd",
            description = "joint, dot, deepkd (by default), deepkd-authors or joint-gain-matched.")
    private String momenta = "";

    @Option(
            names = "--mask",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "none (by default), fixed or dynamic.")
    private String mask = "";

    @Option(names = "--batch", paramLabel = "N", defaultValue = "64", description = "Images in a step; 64 by default.")
    private int batch;

    @Option(
            names = "--precision",
            paramLabel = "FORMAT",
            defaultValue = "float32",
            description = "float32 (by default) or bfloat16.")
    private String precision = "";

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one libtorch operation.")
    private int threads;

    @Option(names = "--classes", paramLabel = "N", description = "100 by default; with --data, those of the data set.")
    private @Nullable Integer classes;

    @Option(
            names = "--data",
            paramLabel = "KIND:DIR",
            description = "Measure on batches of this data set too, see 'deepkd list datasets'.")
    private @Nullable String data;

    @Option(
            names = "--stored-answers",
            description = "Read the teacher's answers from a folder, as after 'deepkd teach'.")
    private boolean stored;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "20", description = "Measured steps; 20 by default.")
    private int steps;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "5", description = "Steps before; 5 by default.")
    private int warmUp;

    @Option(names = "--json", description = "Print one JSON object on one line.")
    private boolean json;

    @Override
    public Integer call() {
        BenchResult result =
                Bench.run(plan(), json ? next -> {} : next -> System.err.println("timing " + next + " ..."));
        System.out.print(json ? result.json() + "\n" : BenchText.of(result));
        return 0;
    }

    private BenchPlan plan() {
        String[] networks = pair.split(":", -1);
        if (networks.length != 2) {
            throw new BadInput("--pair " + pair + ": expected TEACHER:STUDENT, such as resnet56:resnet20");
        }
        RunConfig config = config(networks[0], networks[1]);
        Optional<Dataset> set = Optional.ofNullable(data).map(Datasets::open);
        if (set.isPresent() && classes != null) {
            throw new BadInput("--classes goes without --data, which has classes of its own: leave one out");
        }
        int size = Models.imageSize(networks[1]);
        return new BenchPlan(
                config,
                set.map(Dataset::shape).orElse(new Shape(3, size, size)),
                set.map(Dataset::classes).orElse(classes == null ? 100 : classes),
                set,
                stored,
                steps,
                warmUp);
    }

    private RunConfig config(String teacher, String student) {
        Map<String, Object> overlay = new HashMap<>(Map.of(
                "teacher", Map.of("model", teacher),
                "student", Map.of("model", student),
                "method", method,
                "momenta", momenta,
                "mask", mask,
                "batch-size", batch,
                "precision", precision,
                "threads", threads));
        if (data != null) {
            overlay.put("data", Map.of("kind", Datasets.kindOf(data)));
        }
        return RunConfig.BINDER.bind(RunConfig.DEFAULTS, overlay);
    }
}
