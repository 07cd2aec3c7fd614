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
    private final Draws draws;

    /** Which draw the views of a shuffled epoch are of. */
    private interface Draws {
        Draw of(long seed, int epoch);
    }

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
        this.draws = Draw::new;
    }

    private Loader(Loader like, Draws draws) {
        this.images = like.images;
        this.augmentation = like.augmentation;
        this.views = like.views;
        this.batchSize = like.batchSize;
        this.threads = like.threads;
        this.table = like.table;
        this.buffers = like.buffers;
        this.draws = draws;
    }

    /**
     * The same images in the same order, but epoch e shows the views of epoch ((e - 1) mod {@code epochs}) + 1 of {@code
     * viewSeed}, whatever seed the order is drawn from.
     */
    public Loader replaying(long viewSeed, int epochs) {
        requirePositive("number of epochs to replay", epochs);
        return new Loader(this, (seed, epoch) -> new Draw(viewSeed, (epoch - 1) % epochs + 1));
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
        return epoch(permutation(seed, epoch), fromBatch, draws.of(seed, epoch));
    }

    /** The views of {@link #shuffled}, in the order of the split. */
    public Epoch inOrder(long seed, int epoch, int fromBatch) {
        Objects.checkFromToIndex(fromBatch, batches(), batches());
        return epoch(inOrderOfSplit(), fromBatch, draws.of(seed, epoch));
    }

    /** Every image once, in the order of the split, as it is, one view: for evaluation. */
    public Epoch inOrder() {
        return epoch(inOrderOfSplit(), 0, Draw.NONE);
    }

    private int[] inOrderOfSplit() {
        return IntStream.range(0, images.size()).toArray();
    }

    /** Fisher and Yates's shuffle. */
    private int[] permutation(long seed, int epoch) {
        int[] order = inOrderOfSplit();
        SplittableRandom random = CounterRandom.of(seed, epoch);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private Epoch epoch(int[] order, int fromBatch, Draw draw) {
        List<View> made = draw.equals(Draw.NONE) ? List.of(View.PLAIN) : View.training(augmentation, draw, views);
        Epoch.Maker maker = (batch, buffer) -> {
            int first = batch * batchSize;
            int[] ids = Arrays.copyOfRange(order, first, Math.min(order.length, first + batchSize));
            return batch(ids, buffer, made, draw);
        };
        return new Epoch(maker, fromBatch, batches(), threads, buffers);
    }

    /** The views lie in the buffer one after the other. */
    private Batch batch(int[] ids, FloatBuffer buffer, List<View> made, Draw draw) {
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
                slices, shape, Arrays.stream(ids).mapToLong(images::label).toArray(), ids, draw);
    }

    private void normalize(Picture image, float[] floats) {
        for (int c = 0; c < table.length; c++) {
            float[] values = table[c];
            byte[] planes = image.planes();
            int end = (c + 1) * image.plane();
            for (int i = c * image.plane(); i < end; i++) {
                floats[i] = values[planes[i] & 0xFF];
            }
        }
    }
}
