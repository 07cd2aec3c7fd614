package io.github.deepkd.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** A run's folder, its events written one by one as training would. */
public final class SampleRun {

    private final Path folder;

    private SampleRun(Path folder) {
        this.folder = folder;
    }

    /** Begins a run of four epochs of ten steps. */
    public static SampleRun begin(Path folder, String recipe, long seed, String method) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.yaml"), "seed: " + seed + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean taught = !method.equals("none");
        SampleRun run = new SampleRun(folder);
        run.tell("""
                {"event":"run-started","time":"2026-01-01T00:00:00Z","schema":2,"version":"0.1.0","commit":"abc1234",\
                "java":"17","libtorch":"2.10.0","os":"Linux","device":"cpu","precision":"float32","threads":2,\
                "seed":%d,"recipe":"%s","data_hash":"d1a7a","configuration":{"data":{"kind":"sample"},\
                "method":{"kind":"%s"},"momenta":{"kind":"%s"},"mean-of":2,"threads":0,"seed":%d},\
                "momenta":{%s},"gains":{"task":1.0,"target":1.0,"non-target":1.0},"weight_decay":{"task":0.0005},\
                "components":[%s],"class_names":["boot","<b>shirt</b>"],"epochs":4,"steps_per_epoch":10,\
                "batch_size":64,"student_parameters":1000,"teacher_parameters":%d,"teacher_top1":%s}""".formatted(
                        seed,
                        recipe,
                        method,
                        taught ? "deepkd" : "joint",
                        seed,
                        taught ? "\"task\":0.975,\"target\":0.825,\"non-target\":0.975" : "\"task\":0.9",
                        taught ? "\"task\",\"target\",\"non-target\"" : "\"task\"",
                        taught ? 4000 : 0,
                        taught ? "92.5" : "null"));
        return run;
    }

    public SampleRun tell(String event) {
        try {
            Files.writeString(
                    folder.resolve("events.jsonl"), event + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public SampleRun step(int epoch, int step, double loss) {
        return tell(String.format(
                Locale.ROOT,
                "{\"event\":\"step\",\"epoch\":%d,\"step\":%d,\"loss\":%f,\"losses\":{\"task_loss\":%f},"
                        + "\"learning_rate\":0.1,\"k\":3,\"samples_per_second\":640}",
                epoch,
                step,
                loss,
                loss));
    }

    public SampleRun epoch(int epoch, double top1) {
        return tell(String.format(
                Locale.ROOT,
                "{\"event\":\"epoch\",\"epoch\":%d,\"train_loss\":1.5,\"losses\":{\"task_loss\":0.9,\"target_loss\":0.2,"
                        + "\"non_target_loss\":0.4},\"test_top1\":%f,\"test_top5\":99,\"best_top1\":%f,"
                        + "\"learning_rate\":0.1,\"k\":3,\"seconds\":12,\"samples_per_second\":640}",
                epoch,
                top1,
                top1));
    }

    public SampleRun finish() {
        return tell("{\"event\":\"run-finished\",\"top1_best\":1,\"best_epoch\":1,\"top1_last\":1,\"top1_mean\":1,"
                + "\"mean_of\":2,\"seconds\":48,\"peak_memory_bytes\":1}");
    }

    /** What is measured beside the losses. */
    public SampleRun measured(int epoch) {
        return tell(String.format(
                        Locale.ROOT,
                        "{\"event\":\"gradients\",\"epoch\":%d,\"step\":5,\"batches\":8,\"components\":{"
                                + "\"task\":{\"gsnr\":0.04,\"norm\":1.3,\"update_cosine\":0.2},"
                                + "\"target\":{\"gsnr\":0.03,\"norm\":1.1,\"update_cosine\":0.1},"
                                + "\"non-target\":{\"gsnr\":0.0678,\"norm\":0.3,\"update_cosine\":\"NaN\"}},"
                                + "\"cosines\":{\"task/target\":0.31},\"velocities\":{\"target\":{\"step\":0.04}},"
                                + "\"layers\":{\"conv1.weight\":{\"task\":0.05},\"fc.bias\":{\"task\":0.07}}}",
                        epoch))
                .tell("{\"event\":\"evaluation\",\"network\":\"teacher\",\"epoch\":0,\"class_top1\":[95.0,90.0]}")
                .tell(String.format(
                        Locale.ROOT,
                        "{\"event\":\"evaluation\",\"network\":\"student\",\"epoch\":%d,\"certainty\":{\"top1\":80,"
                                + "\"confidence\":71.0,\"entropy\":0.92},\"calibration_error\":5.7,"
                                + "\"class_top1\":[81.0,89.0],\"agreement\":70.2,\"differences\":[{\"teacher\":0,"
                                + "\"student\":1,\"count\":12,\"teacher_right\":9,\"student_right\":2,"
                                + "\"images\":[4,81]}]}",
                        epoch));
    }

    /** A run of two epochs that has told of everything there is: for who must read whatever became of such a file. */
    public static SampleRun everything(Path folder) {
        SampleRun run = begin(folder, "pair:dkd", 3, "dkd").step(1, 5, 2.5).measured(1);
        run.tell("{\"event\":\"predictions\",\"epoch\":1,\"step\":5,\"mask\":{\"kept_mass\":0.8,\"agreement\":71.0}}");
        run.tell("{\"event\":\"momenta\",\"epoch\":1,\"step\":5,\"momenta\":{\"task\":0.975,\"target\":0.825}}");
        run.tell("{\"event\":\"warning\",\"epoch\":1,\"what\":\"the loss diverges\"}");
        run.tell("{\"event\":\"step-skipped\",\"epoch\":1,\"step\":6,\"what\":\"NaN in task\",\"images\":[1]}");
        run.epoch(1, 41.5).tell("{\"event\":\"run-stopped\",\"epoch\":2,\"step\":3,\"why\":\"SIGINT\",\"images\":[]}");
        run.tell("{\"event\":\"run-resumed\",\"epoch\":2,\"step\":0,\"checkpoint\":\"epoch-0001.safetensors\"}");
        return run.step(2, 5, 2.1).measured(2).epoch(2, 44.0).finish();
    }
}
