package io.github.deepkd.bench;

import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Draw;
import io.github.deepkd.data.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Images of normally distributed values with uniformly distributed labels. */
final class RandomBatch {

    private RandomBatch() {}

    /** As many images and views as a step of {@code plan} takes. */
    static Batch of(BenchPlan plan) {
        int size = plan.config().batchSize();
        Shape shape = plan.shape();
        SplittableRandom random = new SplittableRandom(plan.config().seed());
        List<FloatBuffer> views = Stream.generate(() -> normal(size * shape.size(), random))
                .limit(plan.config().method().views())
                .toList();
        long[] labels = random.longs(size, 0, plan.classes()).toArray();
        return new Batch(
                views,
                shape,
                labels,
                IntStream.range(0, size).toArray(),
                new Draw(plan.config().seed(), 1));
    }

    private static FloatBuffer normal(int count, SplittableRandom random) {
        FloatBuffer values = ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < count; i++) {
            values.put(i, (float) random.nextGaussian());
        }
        return values;
    }
}
