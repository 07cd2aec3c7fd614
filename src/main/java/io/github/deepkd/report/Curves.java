package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws how runs went: test accuracy over the epochs on the left, training losses on the right. As a reporter it draws
 * its run's picture when it is closed, however the run ended, and once a minute before.
 */
public final class Curves implements Reporter {

    private static final int WIDTH = 1600;
    private static final int HEIGHT = 700;
    private static final int TITLE_HEIGHT = 50;
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
        write(png, title, top1, losses);
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
        write(png, title, top1, losses);
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

    private static void write(Path png, String title, CurvePanel left, CurvePanel right) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        paint(graphics, title);
        left.paint(graphics, new Rectangle(0, TITLE_HEIGHT, WIDTH / 2, HEIGHT - TITLE_HEIGHT));
        right.paint(graphics, new Rectangle(WIDTH / 2, TITLE_HEIGHT, WIDTH / 2, HEIGHT - TITLE_HEIGHT));
        graphics.dispose();
        try {
            // Whole or not at all: somebody may be looking at the file.
            Path part = png.resolveSibling(png.getFileName() + ".part");
            ImageIO.write(image, "png", part.toFile());
            Files.move(part, png, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void paint(Graphics2D graphics, String title) {
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 22));
        graphics.setColor(Color.BLACK);
        graphics.drawString(title, (WIDTH - graphics.getFontMetrics().stringWidth(title)) / 2, TITLE_HEIGHT - 10);
    }
}
