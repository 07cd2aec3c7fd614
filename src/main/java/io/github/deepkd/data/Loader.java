package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.image.Picture;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Turns a split into epochs of batches, made ahead of time by threads of their own. What is in a batch depends on nothing
 * but the seed, the epoch and its number: not on the number of threads, nor on where an epoch was entered.
 */
public final class Loader {

    private final ImageSet images;
    private final Augmentation augmentation;
    private final int views;
    private final int batchSize;
    private final int threads;
    private final float[][] table;
    private final BufferPool buffers;

    /**
     * @param augmentation of shuffled epochs only
     * @param views of each image in shuffled epochs: 1 for the weak one, 2 for the strong one too
     * @param threads that read and normalise; 1 is enough for images held in memory
     * @throws BadInput where batch size or threads are below 1 or the normalisation has other channels than the images
     */
    public Loader(
            ImageSet images,
            Normalization normalization,
            Augmentation augmentation,
            int views,
            int batchSize,
            int threads) {
        requirePositive("batch size", batchSize);
        requirePositive("number of loader threads", threads);
        normalization.check(images.shape());
        this.images = images;
        this.augmentation = augmentation;
        this.views = views;
        this.batchSize = Math.min(batchSize, images.size());
        this.threads = threads;
        this.table = normalization.table();
        int viewed = Math.multiplyExact(this.batchSize, views);
        this.buffers = new BufferPool(Math.multiplyExact(viewed, images.shape().size()));
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

    /** Every image once, in an order drawn for this seed and epoch, in all its views. */
    public Epoch shuffled(long seed, int epoch) {
        return shuffled(seed, epoch, 0);
    }

    /** The same epoch from batch {@code fromBatch} on (from 0), to go on after an interruption. */
    public Epoch shuffled(long seed, int epoch, int fromBatch) {
        Objects.checkFromToIndex(fromBatch, batches(), batches());
        return epoch(permutation(seed, epoch), fromBatch, View.training(augmentation, seed, epoch, views));
    }

    /** Every image once, in the order of the split, as it is, one view: for evaluation. */
    public Epoch inOrder() {
        return epoch(IntStream.range(0, images.size()).toArray(), 0, List.of(View.PLAIN));
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

    private Epoch epoch(int[] order, int fromBatch, List<View> made) {
        Epoch.Maker maker = (batch, buffer) -> {
            int first = batch * batchSize;
            int[] ids = Arrays.copyOfRange(order, first, Math.min(order.length, first + batchSize));
            return batch(ids, buffer, made);
        };
        return new Epoch(maker, fromBatch, batches(), threads, buffers);
    }

    /** The views lie in the buffer one after the other. */
    private Batch batch(int[] ids, FloatBuffer buffer, List<View> made) {
        Shape shape = images.shape();
        float[] normalized = new float[shape.size()];
        for (int i = 0; i < ids.length; i++) {
            Original image = images.original(ids[i]);
            for (int v = 0; v < made.size(); v++) {
                normalize(made.get(v).of(ids[i], image), normalized);
                buffer.put((v * ids.length + i) * shape.size(), normalized);
            }
        }
        int length = ids.length * shape.size();
        List<FloatBuffer> slices = IntStream.range(0, made.size())
                .mapToObj(v -> buffer.slice(v * length, length))
                .toList();
        return new Batch(
                slices, shape, Arrays.stream(ids).mapToLong(images::label).toArray(), ids);
    }

    private void normalize(Picture image, float[] floats) {
        for (int c = 0; c < table.length; c++) {
            float[] values = table[c];
            for (int i = c * image.plane(); i < (c + 1) * image.plane(); i++) {
                floats[i] = values[image.at(i)];
            }
        }
    }
}
