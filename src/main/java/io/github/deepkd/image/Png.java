package io.github.deepkd.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;

/** A PNG file, decoded by Java's own reader. */
final class Png implements Encoded {

    private final BufferedImage image;

    Png(byte[] file) throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(file));
        if (read == null) {
            throw new IIOException("no PNG or JPEG data");
        }
        this.image = read;
    }

    @Override
    public int height() {
        return image.getHeight();
    }

    @Override
    public int width() {
        return image.getWidth();
    }

    @Override
    public int reduction(int most) {
        return 1;
    }

    @Override
    public Picture decode(int reduction) {
        int[] rgb = rgb();
        int plane = rgb.length;
        byte[] planes = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            planes[i] = (byte) (rgb[i] >> 16);
            planes[plane + i] = (byte) (rgb[i] >> 8);
            planes[2 * plane + i] = (byte) rgb[i];
        }
        return new Picture(3, height(), width(), planes);
    }

    /** {@code 0xRRGGBB} for each pixel, transparency dropped. */
    private int[] rgb() {
        ColorModel colors = image.getColorModel();
        boolean grey = colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        if (!grey || colors instanceof IndexColorModel) {
            return image.getRGB(0, 0, width(), height(), null, 0, width());
        }
        // getRGB takes grey levels for linear light and brightens them; the levels in the file are wanted as they are.
        int shift = colors.getComponentSize(0) - 8;
        int[] rgb = image.getRaster().getSamples(0, 0, width(), height(), 0, (int[]) null);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (rgb[i] >> shift) * 0x010101;
        }
        return rgb;
    }
}
