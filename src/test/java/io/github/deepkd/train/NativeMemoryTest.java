package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.report.Console;
import io.github.deepkd.report.Curves;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.report.RunEvent.StepDone;
import io.github.deepkd.tensor.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Steps must give back every tensor they made, with evaluation, checkpoints and all reporting on. {@code -Dsoak.steps=20000}
 * is the long form, which draws {@code target/soak.png}.
 */
class NativeMemoryTest {

    private static final int STEPS = Integer.getInteger("soak.steps", 240);
    private static final int STEPS_IN_EPOCH = TinyRun.TRAIN;

    /** Live native objects and resident bytes after each step. */
    private static final class Watcher implements Reporter {
        private final List<Long> counts = new ArrayList<>();
        private final List<Long> resident = new ArrayList<>();

        @Override
        public void on(RunEvent event) {
            if (event instanceof StepDone) {
                counts.add(NativeMemory.objects());
                resident.add(NativeMemory.residentBytes());
            }
        }
    }

    @Test
    void livePointersAndResidentMemoryStayFlat(@TempDir Path folder) throws IOException {
        RunConfig config = TinyRun.prepare(
                folder,
                "method=dkd",
                "momenta=deepkd",
                "batch-size=1",
                "epochs=" + STEPS / STEPS_IN_EPOCH,
                "checkpoints.every-steps=20",
                "gsnr-window=6",
                "gsnr-every=10",
                "on-nonfinite=skip");
        Watcher watcher = new Watcher();
        RunFolder run = RunFolder.create(folder.resolve("run"));
        Curves curves = new Curves(run.curves(), "soak", List.of());
        try (Reporter all = Reporters.all(List.of(watcher, new JsonLines(run.events()), curves, Console.standard()))) {
            Run.train(config, "soak", run, all);
        }
        int from = STEPS / 2;
        int last = watcher.counts.size() - 1;
        assertThat(last).isGreaterThan(from);
        assertThat(watcher.counts.get(last) - watcher.counts.get(from))
                .as("native objects more than half way")
                .isLessThanOrEqualTo(0);
        long growth = watcher.resident.get(last) - watcher.resident.get(from);
        System.out.println("resident memory grew by " + growth / 1e6 + " MB over the last " + (last - from) + " steps");
        assertThat(growth).as("bytes more than half way").isLessThan(64L << 20);
        if (STEPS >= 1000) {
            draw(watcher);
        }
    }

    private static void draw(Watcher watcher) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(1000)
                .height(500)
                .title(STEPS + " steps with evaluation, checkpoints and reporting")
                .xAxisTitle("step")
                .yAxisTitle("resident memory in MB")
                .build();
        chart.getStyler().setYAxisMin(0.0).setLegendVisible(false);
        int every = Math.max(1, watcher.resident.size() / 2000);
        int[] steps = IntStream.range(0, watcher.resident.size())
                .filter(i -> i % every == 0)
                .toArray();
        double[] x = IntStream.of(steps).mapToDouble(i -> i + 1).toArray();
        double[] y = IntStream.of(steps)
                .mapToDouble(i -> watcher.resident.get(i) / 1e6)
                .toArray();
        chart.addSeries("resident", x, y).setMarker(SeriesMarkers.NONE);
        BitmapEncoder.saveBitmap(chart, "target/soak.png", BitmapFormat.PNG);
    }
}
