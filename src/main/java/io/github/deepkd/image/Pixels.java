package io.github.deepkd.image;

import java.io.IOException;

/** How many pixels an image may claim: a file of some hundred bytes can claim billions, and decoding would reserve them. */
public final class Pixels {

    /** 5000 x 5000; decoding takes up to some 20 bytes a pixel. */
    private static final long ALWAYS = 25_000_000;

    /** Larger ones must have a byte in the file for so many pixels; real photographs have one for 2 to 20. */
    private static final long PER_BYTE = 50;

    /** Where Pillow refuses an image as a bomb. */
    private static final long MOST = 178_956_970;

    private Pixels() {}

    /**
     * @param fileBytes the file's length
     * @throws IOException where a file of that length has no such image
     */
    public static void require(long height, long width, long fileBytes) throws IOException {
        long pixels = height * width;
        if (pixels > MOST || pixels > Math.max(ALWAYS, PER_BYTE * fileBytes)) {
            throw new IOException("its header claims " + width + " x " + height + " pixels in a file of " + fileBytes
                    + " bytes, which are more than are decoded");
        }
    }
}
