package io.github.deepkd.data;

/** The shape {@code [C, H, W]} of one image. */
public record Shape(int channels, int height, int width) {

    /** The number of values in one image. */
    public int size() {
        return channels * height * width;
    }

    /** The number of pixels in one channel. */
    int plane() {
        return height * width;
    }

    @Override
    public String toString() {
        return "[" + channels + ", " + height + ", " + width + "]";
    }
}
