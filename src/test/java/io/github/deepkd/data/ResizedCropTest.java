package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import io.github.deepkd.image.Box;
import io.github.deepkd.image.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResizedCropTest {

    private static final Picture IMAGE = new Picture(3, 20, 30, Fixtures.bytes(3 * 20 * 30, 1));
    private static final ResizedCrop WHOLE = new ResizedCrop(1, 1, 1.5, 1.5, false, ColorJitter.NONE);

    @Property(tries = 500)
    void theBoxLiesInTheImage(
            @ForAll @IntRange(min = 1, max = 700) int height,
            @ForAll @IntRange(min = 1, max = 700) int width,
            @ForAll long seed) {
        Box box = ResizedCrop.DEFAULTS.box(height, width, new SplittableRandom(seed));
        assertThat(box.height()).isPositive();
        assertThat(box.width()).isPositive();
        assertThat(box.top()).isBetween(0, height - box.height());
        assertThat(box.left()).isBetween(0, width - box.width());
    }

    /**
     * torchvision 0.28.0's RandomResizedCrop.get_params on an image of 500 x 375 has, over 200,000 draws, a mean area of
     * 0.4339 of the image and a mean ratio of 1.0451.
     */
    @Test
    void areaAndRatioAreThoseOfTorchvision() {
        List<Box> boxes = IntStream.range(0, 50_000)
                .mapToObj(i -> ResizedCrop.DEFAULTS.box(375, 500, CounterRandom.of(i)))
                .toList();
        double area = boxes.stream()
                .mapToDouble(box -> box.height() * (double) box.width() / (375 * 500))
                .average()
                .orElseThrow();
        double ratio = boxes.stream()
                .mapToDouble(box -> box.width() / (double) box.height())
                .average()
                .orElseThrow();
        assertThat(area).isCloseTo(0.4339, within(0.004));
        assertThat(ratio).isCloseTo(1.0451, within(0.003));
    }

    @Test
    void anImageTooNarrowForAnyDrawGivesItsMiddle() {
        ResizedCrop most = new ResizedCrop(1, 1, 0.75, 4 / 3.0, true, ColorJitter.NONE);
        assertThat(most.box(100, 1000, new SplittableRandom(1))).isEqualTo(new Box(0, 433, 100, 133));
        assertThat(most.box(1000, 100, new SplittableRandom(1))).isEqualTo(new Box(433, 0, 133, 100));
        assertThat(most.box(90, 100, new SplittableRandom(1)).width()).isEqualTo(100);
    }

    @Test
    void thePartIsResizedToTheShapeOfTheSplit() {
        Picture augmented = ResizedCrop.DEFAULTS.apply(new Original.Held(IMAGE), new SplittableRandom(1));
        assertThat(augmented.height()).isEqualTo(20);
        assertThat(augmented.width()).isEqualTo(30);
    }

    @Test
    void theWholeImageWithoutFlipStaysAsItIs() {
        assertThat(WHOLE.apply(new Original.Held(IMAGE), new SplittableRandom(1))
                        .planes())
                .isEqualTo(IMAGE.planes());
    }

    @Test
    void halfOfTheImagesAreFlipped() {
        ResizedCrop flipping = new ResizedCrop(1, 1, 1.5, 1.5, true, ColorJitter.NONE);
        byte[] mirrored = IMAGE.mirrored().planes();
        long flipped = IntStream.range(0, 1000)
                .mapToObj(i -> flipping.apply(new Original.Held(IMAGE), CounterRandom.of(i)))
                .filter(image -> Arrays.equals(image.planes(), mirrored))
                .count();
        assertThat(flipped).isBetween(420L, 580L);
    }

    @Test
    void colorsChangeOnlyWhereAStrengthIsGivenAndAsTheDrawsSay() {
        ColorJitter jitter = new ColorJitter(0.4, 0.4, 0.4, 0.1);
        assertThat(ColorJitter.NONE.apply(IMAGE, new SplittableRandom(1))).isSameAs(IMAGE);
        byte[] once = jitter.apply(IMAGE, new SplittableRandom(1)).planes();
        assertThat(once)
                .isEqualTo(jitter.apply(IMAGE, new SplittableRandom(1)).planes())
                .isNotEqualTo(IMAGE.planes())
                .isNotEqualTo(jitter.apply(IMAGE, new SplittableRandom(2)).planes());
    }

    @Test
    void impossibleSettingsAreRefused() {
        refused(() -> new ResizedCrop(0, 1, 0.75, 1.3, true, ColorJitter.NONE), "scale-from");
        refused(() -> new ResizedCrop(0.5, 0.4, 0.75, 1.3, true, ColorJitter.NONE), "scale-to");
        refused(() -> new ResizedCrop(0.08, 1, 1.3, 0.75, true, ColorJitter.NONE), "ratio-from");
        refused(() -> new ColorJitter(-1, 0, 0, 0), "brightness must be 0 or more");
        refused(() -> new ColorJitter(0, 0, 0, 0.6), "hue must be 0 or more and at most 0.5");
        refused(() -> new Fit(224, 200), "resize must be at least size");
        refused(() -> Fit.of(null, 256), "needs size");
    }

    private static void refused(Runnable making, String part) {
        assertThatThrownBy(making::run).isInstanceOf(BadInput.class).hasMessageContaining(part);
    }
}
