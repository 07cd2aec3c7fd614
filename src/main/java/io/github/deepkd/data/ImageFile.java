package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** One PNG or JPEG file as red, green and blue planes of 8 bits. */
final class ImageFile {

    private static final String NO_IMAGE = "no PNG or JPEG data";

    private ImageFile() {}

    /** The shape {@code [3, H, W]} that the file's header tells. */
    static Shape shape(Path file) {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IIOException(NO_IMAGE);
            }
            ImageReader reader = readers.next();
            reader.setInput(in, true, true);
            Shape shape = new Shape(3, reader.getHeight(0), reader.getWidth(0));
            reader.dispose();
            return shape;
        } catch (IOException | RuntimeException e) {
            throw undecodable(file, e);
        }
    }

    /** Fills {@code planar} with the image, which must be of {@code shape}. */
    static void read(Path file, Shape shape, byte[] planar) {
        BufferedImage image = decode(file);
        if (image.getHeight() != shape.height() || image.getWidth() != shape.width()) {
            throw new BadInput(file + " is of " + image.getWidth() + " x " + image.getHeight() + " pixels, but was of "
                    + shape.width() + " x " + shape.height() + " when the data set was opened");
        }
        toPlanes(rgb(image), planar);
    }

    /** Fills {@code planar} with the middle of the image, {@code [3, size, size]}, after its shorter side became size. */
    static void readResized(Path file, int size, byte[] planar) {
        BufferedImage image = decode(file);
        int[] rgb = rgb(image);
        BufferedImage opaque = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.setRGB(0, 0, image.getWidth(), image.getHeight(), rgb, 0, image.getWidth());
        BufferedImage small = resize(opaque, size);
        int left = Math.round((small.getWidth() - size) / 2f);
        int top = Math.round((small.getHeight() - size) / 2f);
        toPlanes(small.getRGB(left, top, size, size, null, 0, size), planar);
    }

    private static BufferedImage decode(Path file) {
        try {
            BufferedImage image = ImageIO.read(file.toFile());
            if (image == null) {
                throw new IIOException(NO_IMAGE);
            }
            return image;
        } catch (IOException | RuntimeException e) {
            throw undecodable(file, e);
        }
    }

    /** @param cause of any kind: that is how the decoders answer damaged files */
    private static BadInput undecodable(Path file, Exception cause) {
        return new BadInput(
                "cannot decode the image " + file + " (" + cause.getMessage() + "): replace or remove it", cause);
    }

    /** {@code 0xRRGGBB} for each pixel, transparency dropped. */
    private static int[] rgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        ColorModel colors = image.getColorModel();
        boolean grey = colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        if (!grey || colors instanceof IndexColorModel) {
            return image.getRGB(0, 0, width, height, null, 0, width);
        }
        // getRGB takes grey levels for linear light and brightens them; the levels in the file are wanted as they are.
        int shift = colors.getComponentSize(0) - 8;
        int[] rgb = image.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (rgb[i] >> shift) * 0x010101;
        }
        return rgb;
    }

    private static void toPlanes(int[] rgb, byte[] planar) {
        int plane = rgb.length;
        for (int i = 0; i < plane; i++) {
            planar[i] = (byte) (rgb[i] >> 16);
            planar[plane + i] = (byte) (rgb[i] >> 8);
            planar[2 * plane + i] = (byte) rgb[i];
        }
    }

    /** Halves the image while that is possible, so that every pixel counts, and ends with one bilinear step. */
    private static BufferedImage resize(BufferedImage image, int size) {
        BufferedImage current = image;
        while (shorter(current) >= 2 * size) {
            current = draw(current, current.getWidth() / 2, current.getHeight() / 2);
        }
        double scale = (double) size / shorter(current);
        return draw(
                current,
                Math.max(size, (int) (current.getWidth() * scale)),
                Math.max(size, (int) (current.getHeight() * scale)));
    }

    private static int shorter(BufferedImage image) {
        return Math.min(image.getWidth(), image.getHeight());
    }

    private static BufferedImage draw(BufferedImage image, int width, int height) {
        BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = drawn.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return drawn;
    }
}
