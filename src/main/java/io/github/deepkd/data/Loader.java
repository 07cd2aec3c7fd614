package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Augmentation.Placement;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Turns a split into epochs of batches, made ahead of time by threads of their own. What is in a batch depends on nothing
 * but the seed, the epoch and its number: not on the number of threads, nor on where an epoch was entered.
 */
public final class Loader {

    private final ImageSet images;
    private final Augmentation augmentation;
    private final int batchSize;
    private final int threads;
    private final float[][] table;
    private final BufferPool buffers;

    /**
     * @param augmentation of shuffled epochs only
     * @param threads that read and normalise; 1 is enough for images held in memory
     * @throws BadInput where batch size or threads are below 1 or the normalisation has other channels than the images
     */
    public Loader(ImageSet images, Normalization normalization, Augmentation augmentation, int batchSize, int threads) {
        requirePositive("batch size", batchSize);
        requirePositive("number of loader threads", threads);
        normalization.check(images.shape());
        this.images = images;
        this.augmentation = augmentation;
        this.batchSize = Math.min(batchSize, images.size());
        this.threads = threads;
        this.table = normalization.table();
        this.buffers = new BufferPool(Math.multiplyExact(this.batchSize, images.shape().size()));
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new BadInput("the " + what + " must be 1 or more, found " + value);
        }
    }

    /** Batches in an epoch, the last short one included. */
    public int batches() {
        return (images.size() + batchSize - 1) / batchSize;
    }

    /** Every image once, in an order drawn for this seed and epoch, augmented. */
    public Epoch shuffled(long seed, int epoch) {
        return shuffled(seed, epoch, 0);
    }

    /** The same epoch from batch {@code fromBatch} on (from 0), to go on after an interruption. */
    public Epoch shuffled(long seed, int epoch, int fromBatch) {
        Objects.checkFromToIndex(fromBatch, batches(), batches());
        return epoch(permutation(seed, epoch), fromBatch, image -> augmentation.place(seed, epoch, image));
    }

    /** Every image once, in the order of the split, as it is: for evaluation. */
    public Epoch inOrder() {
        return epoch(IntStream.range(0, images.size()).toArray(), 0, image -> Placement.IDENTITY);
    }

    /** Fisher and Yates's shuffle. */
    private int[] permutation(long seed, int epoch) {
        int[] order = IntStream.range(0, images.size()).toArray();
        SplittableRandom random = CounterRandom.of(seed, epoch);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private Epoch epoch(int[] order, int fromBatch, IntFunction<Placement> placements) {
        Epoch.Maker maker = (batch, buffer) -> {
            int first = batch * batchSize;
            int[] ids = Arrays.copyOfRange(order, first, Math.min(order.length, first + batchSize));
            return batch(ids, buffer, placements);
        };
        return new Epoch(maker, fromBatch, batches(), threads, buffers);
    }

    private Batch batch(int[] ids, FloatBuffer buffer, IntFunction<Placement> placements) {
        Shape shape = images.shape();
        byte[] read = new byte[shape.size()];
        byte[] placed = new byte[shape.size()];
        float[] normalized = new float[shape.size()];
        for (int i = 0; i < ids.length; i++) {
            images.read(ids[i], read);
            placements.apply(ids[i]).apply(shape, read, placed);
            normalize(shape, placed, normalized);
            buffer.put(i * shape.size(), normalized);
        }
        long[] labels = Arrays.stream(ids).mapToLong(images::label).toArray();
        return new Batch(buffer.slice(0, ids.length * shape.size()), shape, labels, ids);
    }

    private void normalize(Shape shape, byte[] bytes, float[] floats) {
        for (int c = 0; c < table.length; c++) {
            float[] values = table[c];
            for (int i = c * shape.plane(); i < (c + 1) * shape.plane(); i++) {
                floats[i] = values[Byte.toUnsignedInt(bytes[i])];
            }
        }
    }
}
