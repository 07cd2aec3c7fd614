package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import io.github.deepkd.report.RunEvent.RunStarted;
import io.github.deepkd.report.RunEvent.StepDone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sample events. */
final class Events {

    private Events() {}

    /** Keys in order, then values. */
    static Map<String, Double> losses(double task, double target, double nonTarget) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("task", task);
        losses.put("target", target);
        losses.put("non-target", nonTarget);
        return losses;
    }

    static RunStarted started(@Nullable Double teacherTop1) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("student", "resnet20");
        configuration.put("teacher", Map.of("model", "resnet56"));
        configuration.put("data", "cifar100");
        configuration.put("method", Map.of("kind", "kd", "temperature", 4.0));
        return new RunStarted(
                RunEvent.SCHEMA,
                "0.1.0",
                "abc123",
                "17.0.1",
                "2.10.0",
                "Linux",
                "cpu",
                "float32",
                2,
                7,
                "cifar100/resnet56-resnet20:kd",
                "0123",
                configuration,
                losses(0.975, 0.825, 0.975),
                losses(1, 1, 1),
                losses(5e-4, 0, 0),
                List.of("task", "target", "non-target"),
                List.of("cat", "dog"),
                240,
                100,
                64,
                278_324,
                teacherTop1 == null ? 0 : 861_620,
                teacherTop1,
                null);
    }

    static StepDone step(int epoch, int step) {
        return new StepDone(epoch, step, 1.5, losses(1, 0.2, 0.3), 0.05, 23, 640);
    }

    static EpochDone epoch(int epoch, double top1) {
        return new EpochDone(epoch, 1.24, losses(0.81, 0.1, 0.33), top1, 90, 65.4, 0.05, 23, 12, 812);
    }
}
