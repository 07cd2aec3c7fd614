package io.github.deepkd.image;

/**
 * One image as planes {@code [C, H, W]} of unsigned bytes: red, green and blue, or grey alone.
 *
 * @param planes owned by the picture once it is given; whoever makes a picture from it copies
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares pictures
public record Picture(int channels, int height, int width, byte[] planes) {

    public Picture {
        if (planes.length != channels * height * width) {
            throw new IllegalArgumentException(
                    planes.length + " bytes are not " + channels + " planes of " + height + " x " + width + " pixels");
        }
    }

    /** A picture of this one's shape with other content. */
    Picture with(byte[] other) {
        return new Picture(channels, height, width, other);
    }

    /** Left and right exchanged. */
    public Picture mirrored() {
        byte[] mirrored = new byte[planes.length];
        for (int row = 0; row < planes.length; row += width) {
            for (int x = 0; x < width; x++) {
                mirrored[row + x] = planes[row + width - 1 - x];
            }
        }
        return with(mirrored);
    }

    /** The number of pixels in one channel. */
    public int plane() {
        return height * width;
    }

    /** The byte at {@code index} of the planes, 0 to 255. */
    public int at(int index) {
        return Byte.toUnsignedInt(planes[index]);
    }

    /** Every pixel's lightness (ITU-R 601-2 luma, 16 binary places), {@code [H, W]}; of a grey picture its only plane. */
    int[] luma() {
        int[] luma = new int[plane()];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = channels == 1 ? at(i) : luma(at(i), at(i + luma.length), at(i + 2 * luma.length));
        }
        return luma;
    }

    /** Every pixel's lightness alone; itself where it has but one channel. */
    public Picture grey() {
        if (channels == 1) {
            return this;
        }
        int[] luma = luma();
        byte[] plane = new byte[luma.length];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (byte) luma[i];
        }
        return new Picture(1, height, width, plane);
    }

    static int luma(int red, int green, int blue) {
        return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    }
}
