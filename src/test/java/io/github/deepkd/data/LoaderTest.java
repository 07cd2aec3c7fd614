package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoaderTest {

    private static final int COUNT = 53;
    private static final int BATCH = 8;
    private static final Shape SHAPE = new Shape(3, 5, 4);
    private static final Normalization NORMALIZATION =
            new Normalization(List.of(0.5, 0.4, 0.3), List.of(0.2, 0.3, 0.4));
    private final ImageSet images = Fixtures.random(COUNT, SHAPE, 7, 1);

    private Loader loader(int threads) {
        return new Loader(images, NORMALIZATION, new Crop(2, true), 1, BATCH, threads);
    }

    /** A batch's values, kept beyond the batch. */
    private record Copy(List<Integer> ids, List<Long> labels, List<Float> pixels) {
        static Copy of(Batch batch) {
            List<Float> pixels = new ArrayList<>();
            for (int i = 0; i < batch.images().limit(); i++) {
                pixels.add(batch.images().get(i));
            }
            return new Copy(
                    Arrays.stream(batch.ids()).boxed().toList(),
                    Arrays.stream(batch.labels()).boxed().toList(),
                    pixels);
        }
    }

    private static List<Copy> all(Epoch batches) {
        try (Epoch epoch = batches) {
            List<Copy> copies = new ArrayList<>();
            epoch.forEachRemaining(batch -> copies.add(Copy.of(batch)));
            return copies;
        }
    }

    private static List<Integer> ids(List<Copy> batches) {
        return batches.stream().flatMap(batch -> batch.ids().stream()).toList();
    }

    private static List<Thread> loaderThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("deepkd-loader-"))
                .toList();
    }

    @AfterEach
    void noThreadIsLeft() {
        assertThat(loaderThreads()).isEmpty();
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        List<Copy> one = all(loader(1).shuffled(3, 1));
        assertThat(all(loader(2).shuffled(3, 1))).isEqualTo(one);
        assertThat(all(loader(3).shuffled(3, 1))).isEqualTo(one);
        assertThat(all(loader(20).shuffled(3, 1))).isEqualTo(one);
    }

    private Loader twoViews(int threads) {
        return new Loader(images, NORMALIZATION, new Crop(2, true), 2, BATCH, threads);
    }

    private static List<Float> values(FloatBuffer buffer) {
        return IntStream.range(0, buffer.limit()).mapToObj(buffer::get).toList();
    }

    private static List<List<Float>> strong(Epoch batches) {
        try (Epoch epoch = batches) {
            List<List<Float>> strong = new ArrayList<>();
            epoch.forEachRemaining(batch -> strong.add(values(batch.views().get(1))));
            return strong;
        }
    }

    @Test
    void theWeakViewIsTheOneThatIsMadeAlone() {
        assertThat(all(twoViews(1).shuffled(3, 1))).isEqualTo(all(loader(1).shuffled(3, 1)));
    }

    @Test
    void theStrongViewDependsOnSeedEpochAndImageAlone() {
        List<List<Float>> strong = strong(twoViews(1).shuffled(3, 1));
        assertThat(strong(twoViews(3).shuffled(3, 1))).isEqualTo(strong);
        assertThat(strong(twoViews(2).shuffled(3, 1, 4))).isEqualTo(strong.subList(4, 7));
        assertThat(strong(twoViews(1).shuffled(3, 2)).get(0)).isNotEqualTo(strong.get(0));
        assertThat(strong(twoViews(1).shuffled(4, 1)).get(0)).isNotEqualTo(strong.get(0));
    }

    @Test
    void bothViewsLieInBuffersOfTheBatchsLength() {
        try (Epoch epoch = twoViews(2).shuffled(3, 1)) {
            epoch.forEachRemaining(batch -> {
                assertThat(batch.views())
                        .hasSize(2)
                        .allMatch(view -> view.isDirect()
                                && view.order() == ByteOrder.nativeOrder()
                                && view.position() == 0
                                && view.limit() == batch.size() * SHAPE.size());
                assertThat(values(batch.views().get(1))).isNotEqualTo(values(batch.images()));
            });
        }
    }

    @Test
    void replayedEpochsShowTheViewsOfTheFirstOnesAgainInAnOrderOfTheirOwn() {
        Loader replaying = twoViews(2).replaying(3, 2);
        for (int epoch = 1; epoch <= 5; epoch++) {
            Draw draw = new Draw(3, (epoch - 1) % 2 + 1);
            Map<Integer, List<Float>> shown = byImage(replaying.shuffled(8, epoch));
            assertThat(shown).isEqualTo(byImage(twoViews(1).shuffled(3, draw.epoch())));
            assertThat(byImage(twoViews(1).inOrder(3, draw.epoch(), 0))).isEqualTo(shown);
            assertThat(ids(all(replaying.shuffled(8, epoch))))
                    .isEqualTo(ids(all(loader(1).shuffled(8, epoch))));
            try (Epoch first = replaying.shuffled(8, epoch)) {
                assertThat(first.next().draw()).isEqualTo(draw);
            }
        }
    }

    @Test
    void theOrderOfTheSplitCanBeEnteredAtAnyBatch() {
        List<Copy> batches = all(loader(2).inOrder(3, 1, 0));
        assertThat(ids(batches)).isEqualTo(IntStream.range(0, COUNT).boxed().toList());
        assertThat(all(loader(1).inOrder(3, 1, 4))).isEqualTo(batches.subList(4, 7));
    }

    /** Both views of each image, one behind the other. */
    private static Map<Integer, List<Float>> byImage(Epoch batches) {
        Map<Integer, List<Float>> views = new TreeMap<>();
        try (Epoch epoch = batches) {
            epoch.forEachRemaining(batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    List<Float> pixels = new ArrayList<>();
                    for (FloatBuffer view : batch.views()) {
                        pixels.addAll(values(view.slice(i * SHAPE.size(), SHAPE.size())));
                    }
                    views.put(batch.ids()[i], pixels);
                }
            });
        }
        return views;
    }

    /**
     * Stored answers are of views that are drawn again when they are used. Where this fails because an augmentation was
     * changed on purpose, raise {@link Augmentation#VERSION} and put the new number here: older answers are then refused.
     */
    @ParameterizedTest
    @CsvSource({"crop, e7d026d3", "resized-crop, 9ae58dbb"})
    void anAugmentationThatMakesOtherPixelsGetsAnotherVersion(String kind, String expected) {
        assertThat(Augmentation.VERSION).isEqualTo(1);
        ImageSet larger = Fixtures.random(COUNT, new Shape(3, 16, 12), 7, 1);
        Augmentation augmentation = (Augmentation) Augmentation.kinds().get(kind);
        CRC32 crc = new CRC32();
        Draw draw = new Draw(11, 5);
        for (View view : View.training(augmentation, draw, 2)) {
            for (int id = 0; id < COUNT; id++) {
                crc.update(view.of(id, larger.original(id)).planes());
            }
        }
        assertThat(Long.toHexString(crc.getValue())).isEqualTo(expected);
    }

    @Test
    void evaluationSeesOneView() {
        try (Epoch epoch = twoViews(1).inOrder()) {
            assertThat(epoch.next().views()).hasSize(1);
        }
    }

    @Test
    void anEpochHasEveryImageOnceAndEndsWithTheShortBatch() {
        List<Copy> batches = all(loader(2).shuffled(3, 1));
        assertThat(ids(batches))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).boxed().toList());
        assertThat(batches).hasSize(loader(1).batches()).hasSize(7);
        assertThat(batches.stream().map(batch -> batch.ids().size())).containsExactly(8, 8, 8, 8, 8, 8, 5);
        assertThat(batches.get(6).pixels()).hasSize(5 * SHAPE.size());
    }

    @Test
    void seedAndEpochDecideTheOrder() {
        Loader loader = loader(1);
        List<Integer> order = ids(all(loader.shuffled(3, 1)));
        assertThat(ids(all(loader.shuffled(3, 1)))).isEqualTo(order);
        assertThat(ids(all(loader.shuffled(3, 2)))).isNotEqualTo(order);
        assertThat(ids(all(loader.shuffled(4, 1)))).isNotEqualTo(order);
        assertThat(order).isNotEqualTo(order.stream().sorted().toList());
    }

    @Test
    void anImageIsAugmentedAnewInEveryEpoch() {
        List<Float> first = pixelsOf(0, all(loader(1).shuffled(3, 1)));
        assertThat(IntStream.rangeClosed(2, 5)
                        .mapToObj(epoch -> pixelsOf(0, all(loader(1).shuffled(3, epoch)))))
                .anySatisfy(pixels -> assertThat(pixels).isNotEqualTo(first));
    }

    private static List<Float> pixelsOf(int id, List<Copy> batches) {
        for (Copy batch : batches) {
            int at = batch.ids().indexOf(id);
            if (at >= 0) {
                return batch.pixels().subList(at * SHAPE.size(), (at + 1) * SHAPE.size());
            }
        }
        throw new AssertionError("no image " + id);
    }

    @Test
    void theOrderOfImagesIsUniform() {
        ImageSet four = Fixtures.random(4, SHAPE, 2, 1);
        Loader loader = new Loader(four, NORMALIZATION, Augmentation.NONE, 1, 4, 1);
        int[][] counts = new int[4][4];
        for (int epoch = 0; epoch < 600; epoch++) {
            List<Integer> order = ids(all(loader.shuffled(11, epoch)));
            for (int place = 0; place < 4; place++) {
                counts[place][order.get(place)]++;
            }
        }
        // Each expected 150 times, standard deviation 11.
        assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream).toArray())
                .satisfies(all -> assertThat(Arrays.stream(all)).allMatch(n -> n > 95 && n < 205));
    }

    @Test
    void anEpochEnteredInTheMiddleGoesOnAsItWouldHave() {
        List<Copy> whole = all(loader(2).shuffled(3, 1));
        for (int from = 0; from <= whole.size(); from++) {
            assertThat(all(loader(2).shuffled(3, 1, from))).isEqualTo(whole.subList(from, whole.size()));
        }
        assertThatThrownBy(() -> loader(2).shuffled(3, 1, 8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void inOrderImagesAreNormalisedAndNotAugmented() {
        List<Copy> batches = all(loader(2).inOrder());
        assertThat(ids(batches)).isEqualTo(IntStream.range(0, COUNT).boxed().toList());
        assertThat(batches.get(0).labels()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 0L);
        byte[] image = Fixtures.image(images, 50);
        List<Float> actual = pixelsOf(50, batches);
        for (int i = 0; i < image.length; i++) {
            int c = i / 20;
            float mean = NORMALIZATION.mean().get(c).floatValue();
            float std = NORMALIZATION.std().get(c).floatValue();
            assertThat(actual.get(i)).isEqualTo((Byte.toUnsignedInt(image[i]) / 255f - mean) / std);
        }
    }

    @Test
    void noneLeavesImagesAsTheyAreInShuffledEpochsToo() {
        Loader plain = new Loader(images, NORMALIZATION, Augmentation.NONE, 1, BATCH, 1);
        List<Copy> inOrder = all(plain.inOrder());
        List<Copy> shuffled = all(plain.shuffled(3, 1));
        for (int id = 0; id < COUNT; id++) {
            assertThat(pixelsOf(id, shuffled)).isEqualTo(pixelsOf(id, inOrder));
        }
    }

    @Test
    void paddingIsBlackBeforeNormalisation() {
        ImageSet white = new InMemoryImages(new Shape(1, 1, 1), new byte[] {-1}, new byte[] {0});
        Normalization normalization = new Normalization(List.of(0.25), List.of(0.5));
        Loader loader = new Loader(white, normalization, new Crop(1, false), 1, 1, 1);
        List<Float> seen = new ArrayList<>();
        for (int epoch = 0; epoch < 50; epoch++) {
            seen.addAll(all(loader.shuffled(1, epoch)).get(0).pixels());
        }
        assertThat(seen).containsOnly(-0.5f, 1.5f).contains(-0.5f, 1.5f);
    }

    @Test
    void imagesAreADirectBufferInNativeOrderOfTheirOwnLength() {
        try (Epoch epoch = loader(1).shuffled(1, 1)) {
            epoch.forEachRemaining(batch -> {
                assertThat(batch.images().isDirect()).isTrue();
                assertThat(batch.images().order()).isEqualTo(ByteOrder.nativeOrder());
                assertThat(batch.images().position()).isZero();
                assertThat(batch.images().limit()).isEqualTo(batch.size() * SHAPE.size());
            });
        }
    }

    @Test
    void epochsUseTheSameMemoryAgain() {
        Loader loader = loader(1);
        all(loader.shuffled(1, 0));
        long before = directBuffers();
        for (int epoch = 1; epoch <= 100; epoch++) {
            try (Epoch batches = loader.shuffled(1, epoch)) {
                batches.next();
            }
            all(loader.shuffled(1, epoch));
        }
        assertThat(directBuffers()).isLessThanOrEqualTo(before);
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getCount)
                .sum();
    }

    @Test
    void aBatchStaysAsItIsUntilTheNextIsAskedFor() throws InterruptedException {
        try (Epoch epoch = loader(3).shuffled(3, 1)) {
            while (epoch.hasNext()) {
                Batch batch = epoch.next();
                Copy before = Copy.of(batch);
                Thread.sleep(5);
                assertThat(Copy.of(batch)).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theWindowOfBatchesMadeAheadIsBounded(int threads) throws InterruptedException {
        CountingImages counting = new CountingImages(1000);
        Loader loader = new Loader(counting, NORMALIZATION, Augmentation.NONE, 1, 1, threads);
        try (Epoch epoch = loader.inOrder()) {
            epoch.next();
            Thread.sleep(50);
            assertThat(counting.reads.get()).isBetween(1, 2 * threads + 1);
        }
    }

    @Test
    void closingInTheMiddleStopsAtOnceAndEndsTheEpoch() {
        Epoch epoch = loader(1).shuffled(3, 1);
        epoch.next();
        assertThat(loaderThreads()).isNotEmpty().allMatch(Thread::isDaemon);
        epoch.close();
        assertThat(loaderThreads()).isEmpty();
        assertThat(epoch.hasNext()).isFalse();
        assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class);
        epoch.close();
    }

    @Test
    void threadsEndByThemselvesOnceAllBatchesAreMade() throws InterruptedException {
        Epoch epoch = loader(2).shuffled(3, 1);
        List<Thread> threads = loaderThreads();
        epoch.forEachRemaining(batch -> assertThat(batch.size()).isPositive());
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        assertThat(epoch.waitedNanos()).isPositive();
    }

    @Test
    void whatAThreadThrowsSurfacesInNextAsItself() {
        BadInput told = new BadInput("image 20 is broken");
        Loader loader = new Loader(
                new CountingImages(COUNT) {
                    @Override
                    public void read(int index, byte[] planar) {
                        if (index == 20) {
                            throw told;
                        }
                    }
                },
                NORMALIZATION,
                Augmentation.NONE,
                1,
                BATCH,
                3);
        try (Epoch epoch = loader.inOrder()) {
            epoch.next();
            epoch.next();
            assertThatThrownBy(epoch::next).isSameAs(told);
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> new Loader(images, NORMALIZATION, Augmentation.NONE, 1, 0, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("batch size must be 1 or more, found 0");
        assertThatThrownBy(() -> new Loader(images, NORMALIZATION, Augmentation.NONE, 1, 1, 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("threads");
        assertThatThrownBy(() -> new Loader(images, Datasets.normalization("idx"), Augmentation.NONE, 1, 1, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("channels");
    }

    /** Black images that count how often they are read. */
    private static class CountingImages implements ImageSet {

        private final int size;
        private final AtomicInteger reads = new AtomicInteger();

        CountingImages(int size) {
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Shape shape() {
            return SHAPE;
        }

        @Override
        public int label(int index) {
            return 0;
        }

        @Override
        public void read(int index, byte[] planar) {
            reads.incrementAndGet();
        }
    }
}
