package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.StepDone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps must give back every tensor they made. */
class NativeMemoryTest {

    /** Live native objects and the bytes they hold at each step. */
    private static final class Watcher implements Reporter {
        private final List<Long> counts = new ArrayList<>();
        private final List<Long> resident = new ArrayList<>();

        @Override
        public void on(RunEvent event) {
            if (event instanceof StepDone) {
                counts.add(Pointer.totalCount());
                resident.add(Pointer.physicalBytes());
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void livePointersAndResidentMemoryAreFlatBetweenStep10AndStep200(@TempDir Path folder) {
        RunConfig config = TinyRun.prepare(folder, "method=dkd", "momenta=deepkd", "batch-size=8", "epochs=20");
        Watcher watcher = new Watcher();
        Run.train(config, "leaks", RunFolder.create(folder.resolve("run")), watcher);
        assertThat(watcher.counts).hasSize(200);
        assertThat(watcher.counts.get(199) - watcher.counts.get(10))
                .as("native objects more than at step 10")
                .isLessThanOrEqualTo(0);
        long growth = watcher.resident.get(199) - watcher.resident.get(10);
        assertThat(growth).as("bytes more than at step 10").isLessThan(64L << 20);
    }
}
