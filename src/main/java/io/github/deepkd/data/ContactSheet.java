package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.image.Picture;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Draws examples of each class: one row a class, rows in one column up to 20 classes and in four beyond. With two views an
 * example is a pair, the weak view and close to its right the strong one.
 */
final class ContactSheet {

    private static final int MOST_CLASSES = 100;
    private static final int CELL = 64;
    private static final int GAP = 4;
    private static final int PAIR_GAP = 12;
    private static final int MARGIN = 24;
    private static final int TITLE = 48;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);
    private static final Color INK = new Color(0x24292F);

    private final Dataset dataset;
    private final List<View> views;
    private final int classes;
    private final int columns;
    private final int examples;
    private final int label;

    private ContactSheet(Dataset dataset, List<View> views) {
        this.dataset = dataset;
        this.views = views;
        this.classes = Math.min(MOST_CLASSES, dataset.classes());
        this.columns = classes <= 20 ? 1 : 4;
        this.examples = (classes <= 20 ? 10 : 4 + views.size()) / views.size();
        this.label = labelWidth(dataset.classNames().subList(0, classes));
    }

    static void write(Dataset dataset, List<View> views, Path png) {
        try (OutputStream out = Files.newOutputStream(png)) {
            ImageIO.write(new ContactSheet(dataset, views).draw(), "png", out);
        } catch (IOException e) {
            throw new BadInput("cannot write the contact sheet " + png + ": " + e, e);
        }
    }

    private static int labelWidth(List<String> names) {
        FontMetrics metrics = canvas(1, 1).createGraphics().getFontMetrics(FONT);
        return 16
                + Math.min(
                        240, names.stream().mapToInt(metrics::stringWidth).max().orElse(0));
    }

    private static BufferedImage canvas(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }

    private BufferedImage draw() {
        int rows = (classes + columns - 1) / columns;
        BufferedImage sheet =
                canvas(MARGIN + columns * (columnWidth() + MARGIN), top() + rows * (CELL + GAP) + MARGIN - GAP);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        graphics.setColor(INK);
        graphics.setFont(FONT.deriveFont(Font.BOLD));
        graphics.drawString(title(), MARGIN, 31);
        graphics.setFont(FONT);
        graphics.drawString(subtitle(), MARGIN, 53);
        List<List<Integer>> shown = examples();
        for (int c = 0; c < classes; c++) {
            int x = MARGIN + c / rows * (columnWidth() + MARGIN);
            drawClass(graphics, c, shown.get(c), x, top() + c % rows * (CELL + GAP));
        }
        graphics.dispose();
        return sheet;
    }

    private int columnWidth() {
        return label + place(examples, 0) - gap();
    }

    /** Where a view of an example begins, from the first on. */
    private int place(int example, int view) {
        int width = views.size() * (CELL + GAP) - GAP;
        return example * (width + gap()) + view * (CELL + GAP);
    }

    private int gap() {
        return views.size() == 1 ? GAP : PAIR_GAP;
    }

    private int top() {
        return subtitle().isEmpty() ? TITLE : TITLE + 24;
    }

    private String subtitle() {
        return views.size() == 1 ? "" : "Each example twice: its weak view and, to the right, its strong view";
    }

    private String title() {
        String some = classes < dataset.classes() ? " (the first " + classes + " shown)" : "";
        Shape shape = dataset.shape();
        return String.format(
                Locale.ROOT,
                "%s: %,d training and %,d test images of %d × %d pixels in %,d classes%s",
                dataset.name(),
                dataset.train().size(),
                dataset.test().size(),
                shape.width(),
                shape.height(),
                dataset.classes(),
                some);
    }

    /** The first training images of each class. */
    private List<List<Integer>> examples() {
        List<List<Integer>> shown = IntStream.range(0, classes)
                .<List<Integer>>mapToObj(c -> new ArrayList<>())
                .toList();
        for (int i = 0; i < dataset.train().size(); i++) {
            int c = dataset.train().label(i);
            if (c < classes && shown.get(c).size() < examples) {
                shown.get(c).add(i);
            }
        }
        return shown;
    }

    private void drawClass(Graphics2D graphics, int c, List<Integer> shown, int x, int y) {
        FontMetrics metrics = graphics.getFontMetrics();
        graphics.setClip(x, y, label - 8, CELL);
        graphics.drawString(
                dataset.classNames().get(c), x, y + (CELL + metrics.getAscent() - metrics.getDescent()) / 2);
        graphics.setClip(null);
        for (int i = 0; i < shown.size(); i++) {
            for (int v = 0; v < views.size(); v++) {
                drawImage(graphics, image(shown.get(i), views.get(v)), x + label + place(i, v), y);
            }
        }
    }

    /** Small images by whole factors with hard pixels, large ones scaled down; each in the middle of its cell. */
    private static void drawImage(Graphics2D graphics, BufferedImage image, int x, int y) {
        double longest = Math.max(image.getWidth(), image.getHeight());
        double scale = longest <= CELL ? Math.floor(CELL / longest) : CELL / longest;
        int width = (int) Math.max(1, image.getWidth() * scale);
        int height = (int) Math.max(1, image.getHeight() * scale);
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                scale >= 1
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, x + (CELL - width) / 2, y + (CELL - height) / 2, width, height, null);
    }

    private BufferedImage image(int index, View view) {
        Shape shape = dataset.shape();
        Picture picture = view.of(index, dataset.train().original(index));
        BufferedImage image = canvas(shape.width(), shape.height());
        int plane = shape.plane();
        for (int p = 0; p < plane; p++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                rgb = rgb << 8 | picture.at(Math.min(c, shape.channels() - 1) * plane + p);
            }
            image.setRGB(p % shape.width(), p / shape.width(), rgb);
        }
        return image;
    }
}
