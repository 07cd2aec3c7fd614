package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Crop.Placement;
import io.github.deepkd.image.Picture;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CropTest {

    @Property(tries = 200)
    void cropAndFlipEqualTheNaiveOnes(
            @ForAll @IntRange(min = 1, max = 3) int channels,
            @ForAll @IntRange(min = 1, max = 6) int height,
            @ForAll @IntRange(min = 1, max = 6) int width,
            @ForAll @IntRange(max = 8) int padding,
            @ForAll long seed) {
        Shape shape = new Shape(channels, height, width);
        byte[] image = Fixtures.bytes(shape.size(), seed);
        Placement placement = new Crop(padding, true).place(CounterRandom.of(seed, 1, 2));
        Picture placed = placement.apply(new Picture(channels, height, width, image));
        assertThat(placed.planes()).isEqualTo(naive(shape, image, padding, placement));
    }

    /** Pads, cuts out, mirrors, one after the other and pixel by pixel. */
    private static byte[] naive(Shape shape, byte[] image, int padding, Placement placement) {
        int h = shape.height();
        int w = shape.width();
        byte[] result = new byte[shape.size()];
        for (int c = 0; c < shape.channels(); c++) {
            byte[][] padded = new byte[h + 2 * padding][w + 2 * padding];
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    padded[y + padding][x + padding] = image[(c * h + y) * w + x];
                }
            }
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    int column = placement.mirrored() ? w - 1 - x : x;
                    result[(c * h + y) * w + x] =
                            padded[y + padding + placement.down()][column + padding + placement.right()];
                }
            }
        }
        return result;
    }

    @Property(tries = 50)
    void noneIsTheIdentity(@ForAll long seed, @ForAll int epoch, @ForAll @IntRange int image) {
        assertThat(new Crop(0, false).place(CounterRandom.of(seed, epoch, image)))
                .isEqualTo(Placement.IDENTITY);
    }

    @Test
    void everyPlaceOccursAboutEquallyOften() {
        Map<Placement, Integer> counts = new HashMap<>();
        int tries = 81 * 2 * 200;
        for (int image = 0; image < tries; image++) {
            counts.merge(Crop.DEFAULTS.place(CounterRandom.of(7, 1, image)), 1, Integer::sum);
        }
        assertThat(counts).hasSize(81 * 2);
        double chiSquare = counts.values().stream()
                .mapToDouble(n -> (n - 200.0) * (n - 200.0) / 200)
                .sum();
        // 161 degrees of freedom: mean 161, standard deviation 18.
        assertThat(chiSquare).isBetween(161 - 5 * 18.0, 161 + 5 * 18.0);
    }

    @Test
    void seedEpochAndImageEachChangeThePlace() {
        int same = 0;
        for (int i = 0; i < 1000; i++) {
            Placement placement = Crop.DEFAULTS.place(CounterRandom.of(i, i, i));
            assertThat(Crop.DEFAULTS.place(CounterRandom.of(i, i, i))).isEqualTo(placement);
            same += Crop.DEFAULTS.place(CounterRandom.of(i + 1, i, i)).equals(placement) ? 1 : 0;
            same += Crop.DEFAULTS.place(CounterRandom.of(i, i + 1, i)).equals(placement) ? 1 : 0;
            same += Crop.DEFAULTS.place(CounterRandom.of(i, i, i + 1)).equals(placement) ? 1 : 0;
        }
        assertThat(same).as("equal by chance in about 3000 / 162 cases").isLessThan(50);
    }

    @Test
    void negativePaddingIsRefused() {
        assertThatThrownBy(() -> new Crop(-1, true))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("found -1");
    }
}
