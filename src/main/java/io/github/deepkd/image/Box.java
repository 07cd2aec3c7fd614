package io.github.deepkd.image;

/** A part of a picture, in pixels. */
public record Box(int top, int left, int height, int width) {

    /** The same part of a picture that was made smaller by a whole factor; it may lose a fraction of a pixel at an edge. */
    public Box reduced(int factor) {
        return factor == 1 ? this : new Box(top / factor, left / factor, height / factor, width / factor);
    }
}
