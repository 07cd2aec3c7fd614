package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws how runs went: test accuracy over the epochs on the left, training losses on the right. As a reporter it draws
 * its run's picture when it is closed, however the run ended, and once a minute before.
 */
public final class Curves implements Reporter {

    private static final long PERIOD_NANOS = 60_000_000_000L;

    private final Path png;
    private final String title;
    private final List<EpochDone> epochs;
    private long lastNanos = System.nanoTime();

    /** @param earlier the epochs that a resumed run has done, of {@link JsonLines#epochs}; else none */
    public Curves(Path png, String title, List<EpochDone> earlier) {
        this.png = png;
        this.title = title;
        this.epochs = new ArrayList<>(earlier);
    }

    @Override
    public void on(RunEvent event) {
        if (event instanceof EpochDone epoch) {
            epochs.removeIf(earlier -> earlier.epoch() >= epoch.epoch());
            epochs.add(epoch);
            if (System.nanoTime() - lastNanos > PERIOD_NANOS) {
                draw(png, epochs, title);
                lastNanos = System.nanoTime();
            }
        }
    }

    @Override
    public void close() {
        if (!epochs.isEmpty()) {
            draw(png, epochs, title);
        }
    }

    /** One run: its top-1, and the loss of each component with their sum. */
    public static void draw(Path png, List<EpochDone> epochs, String title) {
        CurvePanel top1 =
                new CurvePanel("test top-1 in %", LegendPosition.InsideSE).add("top-1", epochs, EpochDone::testTop1);
        CurvePanel losses = new CurvePanel("training loss", LegendPosition.InsideNE);
        List<String> components = components(epochs);
        components.forEach(component -> losses.add(component, epochs, epoch -> loss(epoch, component)));
        if (components.size() != 1) {
            losses.add("sum", epochs, EpochDone::trainLoss);
        }
        Picture.write(png, title, List.of(top1, losses));
    }

    /**
     * Several runs, name to epochs, over each other: their top-1, and the loss that can be compared, which is that of
     * the task where all have it and else the sum.
     */
    public static void draw(Path png, Map<String, List<EpochDone>> runs, String title) {
        boolean task = runs.values().stream().allMatch(run -> components(run).contains("task"));
        CurvePanel top1 = new CurvePanel("test top-1 in %", LegendPosition.InsideSE);
        CurvePanel losses =
                new CurvePanel(task ? "training loss of the task" : "training loss", LegendPosition.InsideNE);
        runs.forEach((name, run) -> {
            top1.add(name, run, EpochDone::testTop1);
            losses.add(name, run, task ? epoch -> loss(epoch, "task") : EpochDone::trainLoss);
        });
        Picture.write(png, title, List.of(top1, losses));
    }

    private static List<String> components(List<EpochDone> epochs) {
        return epochs.stream()
                .flatMap(epoch -> epoch.losses().keySet().stream())
                .distinct()
                .toList();
    }

    private static double loss(EpochDone epoch, String component) {
        return epoch.losses().getOrDefault(component, Double.NaN);
    }
}
