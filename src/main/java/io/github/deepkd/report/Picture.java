package io.github.deepkd.report;

import io.github.deepkd.files.WholeFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Panels side by side under a title, as a PNG file. */
final class Picture {

    private static final int WIDTH = 1600;
    private static final int HEIGHT = 700;
    private static final int TITLE_HEIGHT = 50;

    private Picture() {}

    static void write(Path png, String title, List<? extends Panel> panels) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        paint(graphics, title);
        int width = WIDTH / panels.size();
        for (int i = 0; i < panels.size(); i++) {
            panels.get(i).paint(graphics, new Rectangle(i * width, TITLE_HEIGHT, width, HEIGHT - TITLE_HEIGHT));
        }
        graphics.dispose();
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            WholeFile.write(png, channel -> WholeFile.writeAll(ByteBuffer.wrap(bytes.toByteArray()), channel));
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
