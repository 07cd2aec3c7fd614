package io.github.deepkd.image;

/**
 * One image as decoders give it: a word {@code 0x..RRGGBB} for each pixel, row by row, whose upper byte means nothing. A picture
 * of grey has its level in blue.
 *
 * @param words not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares images
public record PackedImage(int height, int width, int[] words) {

    public PackedImage {
        if (words.length != height * width) {
            throw new IllegalArgumentException(words.length + " words are not " + height + " x " + width + " pixels");
        }
    }

    static PackedImage of(Picture image) {
        int[] words = new int[image.plane()];
        for (int c = 0; c < image.channels(); c++) {
            for (int i = 0; i < words.length; i++) {
                words[i] = (words[i] << Byte.SIZE) | image.at(c * words.length + i);
            }
        }
        return new PackedImage(image.height(), image.width(), words);
    }

    /** Red, green and blue. */
    public Picture picture() {
        int plane = words.length;
        byte[] planes = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            planes[i] = (byte) (words[i] >> 16);
            planes[plane + i] = (byte) (words[i] >> 8);
            planes[2 * plane + i] = (byte) words[i];
        }
        return new Picture(3, height, width, planes);
    }
}
