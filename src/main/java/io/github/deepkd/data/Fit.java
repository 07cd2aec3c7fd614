package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a folder's images come to one shape where nothing is random: the shorter side becomes {@code resize} (bilinear, with
 * antialiasing), then the middle {@code size} x {@code size} pixels are cut out. torchvision's {@code Resize} and
 * {@code CenterCrop}.
 */
public record Fit(int size, int resize) {

    public Fit {
        if (size < 1) {
            throw new BadInput("the size of images must be 1 or more, found " + size);
        }
        if (resize < size) {
            throw new BadInput("resize must be at least size (" + size + "), found " + resize);
        }
    }

    /** Leaves as narrow an edge out as the field does with ImageNet, whose 256 pixels become 224. */
    public static Fit of(int size) {
        return new Fit(size, (int) Math.round(size * 256 / 224.0));
    }

    /** What a configuration says; nothing where it sets neither. */
    public static Optional<Fit> of(@Nullable Integer size, @Nullable Integer resize) {
        if (size == null && resize != null) {
            throw new BadInput("resize " + resize + " needs size, to which the middle is cut: give both, or neither");
        }
        return Optional.ofNullable(size).map(s -> resize == null ? of(s) : new Fit(s, resize));
    }
}
