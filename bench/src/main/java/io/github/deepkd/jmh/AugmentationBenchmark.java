package io.github.deepkd.jmh;

import io.github.deepkd.data.Crop;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Shape;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A loader's one thread makes batches of 64 images of CIFAR's size: augmented, normalised, ready for a network. */
public class AugmentationBenchmark extends Part {

    private static final int BATCH = 64;
    private static final int BATCHES = 64;

    /** 1: crop and flip. 2: that, and a second one with RandAugment and cutout. */
    @Param({"1", "2"})
    private int views;

    private Loader loader;
    private int epoch;

    @Setup
    public void makeLoader() {
        loader = new Loader(new Noise(), Datasets.normalization("cifar100"), Crop.DEFAULTS, views, BATCH, 1);
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public int batch() {
        int images = 0;
        try (Epoch batches = loader.shuffled(1, ++epoch)) {
            while (batches.hasNext()) {
                images += batches.next().size();
            }
        }
        return images;
    }

    /** Random pixels, held in memory. */
    private static final class Noise implements ImageSet {

        private static final Shape SHAPE = new Shape(3, 32, 32);
        private final byte[] pixels = new byte[BATCH * BATCHES * SHAPE.size()];

        Noise() {
            new SplittableRandom(1).nextBytes(pixels);
        }

        @Override
        public int size() {
            return BATCH * BATCHES;
        }

        @Override
        public Shape shape() {
            return SHAPE;
        }

        @Override
        public int label(int index) {
            return index % 100;
        }

        @Override
        public void read(int index, byte[] planar) {
            System.arraycopy(pixels, index * SHAPE.size(), planar, 0, SHAPE.size());
        }
    }
}
