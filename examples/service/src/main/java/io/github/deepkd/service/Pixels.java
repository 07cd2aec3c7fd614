package io.github.deepkd.service;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** Turns pictures into a student's input, as its file's metadata say: resized, the middle cut out, normalised if need be. */
final class Pixels {

    private final int channels;
    private final int height;
    private final int width;
    private final int resize;
    private final double[] mean;
    private final double[] std;

    Pixels(Map<String, String> metadata) {
        channels = Integer.parseInt(metadata.get("channels"));
        height = Integer.parseInt(metadata.get("height"));
        width = Integer.parseInt(metadata.get("width"));
        resize = Integer.parseInt(metadata.get("resize"));
        boolean inside = Boolean.parseBoolean(metadata.get("normalizes"));
        mean = inside ? new double[channels] : numbers(metadata.get("mean"));
        std = inside ? ones(channels) : numbers(metadata.get("std"));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Of one picture. */
    long[] shape() {
        return new long[] {1, channels, height, width};
    }

    FloatBuffer of(BufferedImage image) {
        BufferedImage fitting = fitting(image);
        int left = (fitting.getWidth() - width) / 2;
        int top = (fitting.getHeight() - height) / 2;
        FloatBuffer values = FloatBuffer.allocate(channels * height * width);
        for (int c = 0; c < channels; c++) {
            for (int y = top; y < top + height; y++) {
                for (int x = left; x < left + width; x++) {
                    double value = value(fitting.getRGB(x, y), c) / 255;
                    values.put((float) ((value - mean[c]) / std[c]));
                }
            }
        }
        return values.flip();
    }

    /** In RGB, at least as large as what is cut out. */
    private BufferedImage fitting(BufferedImage image) {
        boolean fits = image.getWidth() == width && image.getHeight() == height;
        double scale = fits ? 1 : (double) resize / Math.min(image.getWidth(), image.getHeight());
        int newWidth = Math.max(width, (int) (image.getWidth() * scale));
        int newHeight = Math.max(height, (int) (image.getHeight() * scale));
        Image scaled = fits ? image : image.getScaledInstance(newWidth, newHeight, Image.SCALE_AREA_AVERAGING);
        BufferedImage rgb = new BufferedImage(newWidth, newHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = rgb.createGraphics();
        graphics.drawImage(scaled, 0, 0, null);
        graphics.dispose();
        return rgb;
    }

    /** From 0 to 255: red, green or blue, or the lightness of the three (ITU-R 601-2). */
    private double value(int rgb, int channel) {
        int red = rgb >> 16 & 0xFF;
        int green = rgb >> 8 & 0xFF;
        int blue = rgb & 0xFF;
        if (channels == 1) {
            return 0.299 * red + 0.587 * green + 0.114 * blue;
        }
        return channel == 0 ? red : channel == 1 ? green : blue;
    }
}
