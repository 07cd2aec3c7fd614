package io.github.deepkd.data;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A few images, ready for a network. The images are valid until the {@link Epoch} that gave them is asked for the next batch
 * or closed: their memory is used again.
 *
 * @param views each {@code [N, C, H, W]} of the same images in the same order, normalised, direct and in native byte order,
 *     from position 0 to the limit: the weak view and, where two were asked for, the strong one
 * @param shape of one image, {@code [C, H, W]}
 * @param labels {@code [N]}, from 0
 * @param ids {@code [N]}, each image's index in its split
 * @param draw what the views were drawn from
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to native code as they are; nobody compares batches
public record Batch(List<FloatBuffer> views, Shape shape, long[] labels, int[] ids, Draw draw) {

    /** The first view. */
    public FloatBuffer images() {
        return views.get(0);
    }

    /** N. */
    public int size() {
        return ids.length;
    }
}
