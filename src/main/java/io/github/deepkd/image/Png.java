package io.github.deepkd.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;

/** A PNG file, decoded by Java's own reader. */
final class Png implements Encoded {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int HEADER = 0x49484452; // IHDR
    private static final int HEADER_END = 33;
    private static final int CHUNK_FRAME = 12; // length, type and checksum

    private final BufferedImage image;

    private Png(BufferedImage image) {
        this.image = image;
    }

    static Png of(byte[] file) throws IOException {
        requireHeader(ByteBuffer.wrap(file));
        requireChunks(ByteBuffer.wrap(file));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        if (image == null) {
            throw new IIOException("no PNG or JPEG data");
        }
        return new Png(image);
    }

    /** Java knows more formats than are meant here, and reserves what a header claims. */
    private static void requireHeader(ByteBuffer file) throws IOException {
        if (file.remaining() < HEADER_END || file.getLong(0) != SIGNATURE || file.getInt(12) != HEADER) {
            throw new IIOException("no PNG or JPEG data");
        }
        Pixels.require(
                Integer.toUnsignedLong(file.getInt(20)), Integer.toUnsignedLong(file.getInt(16)), file.remaining());
    }

    /** Java reserves what a chunk claims, too. */
    private static void requireChunks(ByteBuffer file) throws IOException {
        file.position(Long.BYTES);
        while (file.remaining() >= CHUNK_FRAME) {
            int at = file.position();
            long length = Integer.toUnsignedLong(file.getInt(at));
            if (length > file.remaining() - CHUNK_FRAME) {
                throw new IIOException("the chunk at byte " + at + " claims " + length + " bytes, but the file ends");
            }
            file.position(at + CHUNK_FRAME + (int) length);
        }
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
