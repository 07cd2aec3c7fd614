package io.github.deepkd.image;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A JPEG file, decoded by libjpeg-turbo as in Pillow: grey, YCbCr, CMYK and YCCK, baseline and progressive. Bit for bit, but
 * for the latter two, where a level may be one off. Its memory is freed before a method returns.
 */
final class Jpeg implements Encoded {

    private static final int GREATEST_REDUCTION = 8;
    private static final int MOST_SCANS = 200;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int ARITHMETIC_CONDITIONS = 0xCC;

    /** Bytes of the segment with the image's size, up to and with the width. */
    private static final int SEGMENT = 9;

    static {
        opencv_core.setNumThreads(1); // each of the loader's threads has an image of its own
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
        int frame = frame(file);
        int height = number(file, frame + 5);
        int width = number(file, frame + 7);
        Pixels.require(height, width, file.length);
        requireFewScans(file);
        return new Jpeg(file, height, width);
    }

    /** Where the segment lies that tells the image's size, behind others, each with its own length. */
    private static int frame(byte[] file) throws IOException {
        int at = 2;
        while (at + SEGMENT < file.length && file[at] == (byte) 0xFF) {
            int kind = file[at + 1] & 0xFF;
            if (kind >= 0xC0 && kind <= 0xCF && kind != HUFFMAN_TABLES && kind != ARITHMETIC_CONDITIONS) {
                return at;
            }
            at += kind == 0xFF ? 1 : 2 + number(file, at + 2);
        }
        throw new IOException("damaged JPEG header");
    }

    private static int number(byte[] file, int at) {
        return ((file[at] & 0xFF) << Byte.SIZE) | (file[at + 1] & 0xFF);
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
        try (BytePointer content = new BytePointer(file);
                Mat data = new Mat(1, file.length, opencv_core.CV_8U, content);
                Mat image = opencv_imgcodecs.imdecode(data, flags(reduction));
                BytePointer pixels = image.data()) {
            int h = reduced(height, reduction);
            int w = reduced(width, reduction);
            if (image.rows() != h || image.cols() != w) {
                throw new IOException("damaged JPEG data");
            }
            byte[] bytes = new byte[PackedImage.length(h, w)];
            pixels.get(bytes, 0, PackedImage.PIXEL * h * w);
            return new PackedImage(h, w, bytes);
        }
    }

    private static int reduced(int size, int reduction) {
        return (size + reduction - 1) / reduction;
    }

    private static int flags(int reduction) {
        int reduced = // their names say grey, which they are not together with a flag for colours
                switch (reduction) {
                    case 1 -> 0;
                    case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
                    default -> throw new IllegalArgumentException("a reduction by " + reduction);
                };
        return reduced | opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
    }
}
