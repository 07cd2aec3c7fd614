package io.github.deepkd.data;

import java.nio.FloatBuffer;

/**
 * A few images, ready for a network. The images are valid until the {@link Epoch} that gave them is asked for the next batch
 * or closed: their memory is used again.
 *
 * @param images {@code [N, C, H, W]}, normalised, direct and in native byte order, from position 0 to the limit
 * @param shape of one image, {@code [C, H, W]}
 * @param labels {@code [N]}, from 0
 * @param ids {@code [N]}, each image's index in its split
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to native code as they are; nobody compares batches
public record Batch(FloatBuffer images, Shape shape, long[] labels, int[] ids) {

    /** N. */
    public int size() {
        return ids.length;
    }
}
