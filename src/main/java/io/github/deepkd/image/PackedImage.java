package io.github.deepkd.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One image as decoders give it: a byte each of red, green and blue for every pixel, row by row.
 *
 * @param bytes {@code [H, W, 3]} and one more, so that every pixel can be read as a word; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares images
public record PackedImage(int height, int width, byte[] bytes) {

    /** Bytes of a pixel. */
    static final int PIXEL = 3;

    /** The word at a pixel's first byte is {@code 0x..BBGGRR}. */
    static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    public PackedImage {
        if (bytes.length != length(height, width)) {
            throw new IllegalArgumentException(bytes.length + " bytes are not " + height + " x " + width + " pixels");
        }
    }

    static int length(int height, int width) {
        return PIXEL * height * width + 1;
    }

    /** @param words {@code 0x..RRGGBB}, one for each pixel */
    static PackedImage of(int height, int width, int[] words) {
        byte[] bytes = new byte[length(height, width)];
        for (int i = 0; i < words.length; i++) {
            bytes[PIXEL * i] = (byte) (words[i] >> 16);
            bytes[PIXEL * i + 1] = (byte) (words[i] >> 8);
            bytes[PIXEL * i + 2] = (byte) words[i];
        }
        return new PackedImage(height, width, bytes);
    }

    /** A picture of grey has its level in all three. */
    static PackedImage of(Picture image) {
        byte[] bytes = new byte[length(image.height(), image.width())];
        for (int c = 0; c < PIXEL; c++) {
            int plane = Math.min(c, image.channels() - 1) * image.plane();
            for (int i = 0; i < image.plane(); i++) {
                bytes[PIXEL * i + c] = image.planes()[plane + i];
            }
        }
        return new PackedImage(image.height(), image.width(), bytes);
    }

    /** Red, green and blue. */
    public Picture picture() {
        int plane = height * width;
        byte[] planes = new byte[PIXEL * plane];
        for (int c = 0; c < PIXEL; c++) {
            for (int i = 0; i < plane; i++) {
                planes[c * plane + i] = bytes[PIXEL * i + c];
            }
        }
        return new Picture(PIXEL, height, width, planes);
    }
}
