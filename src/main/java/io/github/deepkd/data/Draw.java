package io.github.deepkd.data;

/**
 * What random views are drawn from: with it, an image's index and the number of the view, the view is settled.
 *
 * @param epoch from 1
 */
public record Draw(long seed, int epoch) {

    /** Of images that are as they are. */
    public static final Draw NONE = new Draw(0, 0);
}
