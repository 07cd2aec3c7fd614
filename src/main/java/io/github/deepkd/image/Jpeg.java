package io.github.deepkd.image;

import java.io.IOException;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/**
 * A JPEG file, decoded by libjpeg-turbo as in Pillow: grey, YCbCr, CMYK and YCCK, baseline and progressive. Its memory is
 * freed before a method returns.
 */
final class Jpeg implements Encoded {

    private static final int GREATEST_REDUCTION = 8;
    private static final int MOST_SCANS = 200;
    private static final int NO_COLOR_MAP = 0;
    private static final int KEEP_WARNED = leptonica.L_JPEG_CONTINUE_WITH_BAD_DATA;

    static {
        leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE); // it would print to the standard error stream
    }

    private final byte[] file;
    private final int height;
    private final int width;

    private Jpeg(byte[] file, int height, int width) {
        this.file = file;
        this.height = height;
        this.width = width;
    }

    static boolean begins(byte[] file) {
        return file.length > 2 && marker(file, 0, 0xD8);
    }

    static Jpeg of(byte[] file) throws IOException {
        if (!complete(file)) {
            throw new IOException("truncated JPEG data");
        }
        int[] height = new int[1];
        int[] width = new int[1];
        if (leptonica.readHeaderMemJpeg(file, file.length, width, height, null, null, null) != 0) {
            throw new IOException("damaged JPEG header");
        }
        Pixels.require(height[0], width[0], file.length);
        requireFewScans(file);
        return new Jpeg(file, height[0], width[0]);
    }

    /** Each passes over the whole image, so that thousands of empty ones take hours. */
    private static void requireFewScans(byte[] file) throws IOException {
        int scans = 0;
        for (int at = 0; at < file.length - 1; at++) {
            scans += marker(file, at, 0xDA) ? 1 : 0;
        }
        if (scans > MOST_SCANS) {
            throw new IOException(scans + " scans, where progressive JPEG data have some ten");
        }
    }

    /** Whether the last scan ends: the decoder would fill up with grey. */
    private static boolean complete(byte[] file) {
        int at = file.length - 2;
        while (at > 0 && !marker(file, at, 0xD9) && !marker(file, at, 0xDA)) {
            at--;
        }
        return marker(file, at, 0xD9);
    }

    private static boolean marker(byte[] file, int at, int marker) {
        return file[at] == (byte) 0xFF && file[at + 1] == (byte) marker;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int reduction(int most) {
        return Integer.highestOneBit(Math.max(1, Math.min(GREATEST_REDUCTION, most)));
    }

    @Override
    public PackedImage decode(int reduction) throws IOException {
        PIX pix = leptonica.pixReadMemJpeg(file, file.length, NO_COLOR_MAP, reduction, new int[1], KEEP_WARNED);
        if (pix == null) {
            throw new IOException("damaged JPEG data");
        }
        try {
            return pixels(pix);
        } finally {
            leptonica.pixDestroy(pix);
        }
    }

    private static PackedImage pixels(PIX pix) {
        int h = leptonica.pixGetHeight(pix);
        int w = leptonica.pixGetWidth(pix);
        int[] words = new int[h * leptonica.pixGetWpl(pix)];
        try (IntPointer data = leptonica.pixGetData(pix)) {
            data.get(words);
        }
        return new PackedImage(h, w, leptonica.pixGetDepth(pix) == Byte.SIZE ? grey(words, h, w) : colors(words));
    }

    /** A word is red, green, blue and nothing, from its upper end. */
    private static int[] colors(int[] words) {
        for (int i = 0; i < words.length; i++) {
            words[i] >>>= Byte.SIZE;
        }
        return words;
    }

    /** A word is four pixels, the first in its upper end; a row begins with a new word. */
    private static int[] grey(int[] words, int h, int w) {
        int perRow = words.length / h;
        int[] pixels = new int[h * w];
        for (int i = 0; i < pixels.length; i++) {
            int word = words[i / w * perRow + i % w / Integer.BYTES];
            int level = (word >> (24 - Byte.SIZE * (i % w % Integer.BYTES))) & 0xFF;
            pixels[i] = level * 0x010101;
        }
        return pixels;
    }
}
