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

    private final PackedImage pixels;

    private Png(PackedImage pixels) {
        this.pixels = pixels;
    }

    static Png of(byte[] file) throws IOException {
        requireHeader(ByteBuffer.wrap(file));
        requireChunks(ByteBuffer.wrap(file));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        if (image == null) {
            throw new IIOException("no PNG or JPEG data");
        }
        return new Png(PackedImage.of(image.getHeight(), image.getWidth(), rgb(image)));
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
        return pixels.height();
    }

    @Override
    public int width() {
        return pixels.width();
    }

    @Override
    public int reduction(int most) {
        return 1;
    }

    @Override
    public PackedImage decode(int reduction) {
        return pixels;
    }

    /** {@code 0x..RRGGBB} for each pixel, transparency dropped. */
    private static int[] rgb(BufferedImage image) {
        int w = image.getWidth();
        int h = image.getHeight();
        ColorModel colors = image.getColorModel();
        boolean grey = colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        if (!grey || colors instanceof IndexColorModel) {
            return image.getRGB(0, 0, w, h, null, 0, w);
        }
        // getRGB takes grey levels for linear light and brightens them; the levels in the file are wanted as they are.
        int shift = colors.getComponentSize(0) - 8;
        int[] rgb = image.getRaster().getSamples(0, 0, w, h, 0, (int[]) null);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (rgb[i] >> shift) * 0x010101;
        }
        return rgb;
    }
}
