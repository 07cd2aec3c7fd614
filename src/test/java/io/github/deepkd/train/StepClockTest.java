package io.github.deepkd.train;

import static io.github.deepkd.train.Phase.BACKWARD;
import static io.github.deepkd.train.Phase.DATA;
import static io.github.deepkd.train.Phase.LOSSES;
import static io.github.deepkd.train.Phase.REST;
import static io.github.deepkd.train.Phase.STUDENT;
import static io.github.deepkd.train.Phase.TEACHER;
import static io.github.deepkd.train.Phase.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Draw;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepClockTest {

    private static final int STEPS = 2;

    @Test
    void everyStepTellsItsPhasesInTheirOrder() {
        List<Phase> step = List.of(DATA, STUDENT, TEACHER, LOSSES, BACKWARD, UPDATE, REST);
        assertThat(phases("kd", 1))
                .isEqualTo(Collections.nCopies(STEPS, step).stream()
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void withTwoViewsBothNetworksRunTwice() {
        assertThat(phases("crld", 2))
                .startsWith(DATA, STUDENT, TEACHER, STUDENT, TEACHER, LOSSES, BACKWARD, UPDATE, REST, DATA);
    }

    private static List<Phase> phases(String method, int views) {
        RunConfig config = TinyRun.with(TinyRun.with(RunConfig.DEFAULTS, "method=" + method), "momenta=deepkd");
        List<Phase> phases = new ArrayList<>();
        try (TensorScope scope = TensorScope.open()) {
            Model student = Models.create("resnet8", 1, 3, Precision.FLOAT32);
            Model teacher = Models.create("resnet8", 1, 3, Precision.FLOAT32);
            new Trainer(config, student, Teacher.frozen(teacher), 3, STEPS, Reporters.all(List.of()), phases::add)
                    .epoch(1, Collections.nCopies(STEPS, batch(views)).iterator(), new EpochLosses(), () -> {});
        }
        return phases;
    }

    private static Batch batch(int views) {
        Shape shape = new Shape(1, 8, 8);
        FloatBuffer images = ByteBuffer.allocateDirect(4 * shape.size() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < images.capacity(); i++) {
            images.put(i, i % 7 - 3);
        }
        return new Batch(
                Collections.nCopies(views, images), shape, new long[] {0, 1, 2, 0}, new int[] {0, 1, 2, 3}, Draw.NONE);
    }
}
