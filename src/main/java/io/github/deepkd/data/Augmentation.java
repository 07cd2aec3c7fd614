package io.github.deepkd.data;

import io.github.deepkd.image.Picture;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What happens to training images. A variant is one record and one row in {@link #kinds}. */
public interface Augmentation {

    /** To be raised whenever views of the same draw come to have other pixels: stored answers are of these very views. */
    int VERSION = 1;

    /** Every image as evaluation sees it. */
    Augmentation NONE = new Crop(0, false);

    /** The registry: kind to its defaults. */
    static Map<String, Record> kinds() {
        return new TreeMap<>(Map.of("crop", Crop.DEFAULTS, "resized-crop", ResizedCrop.DEFAULTS));
    }

    /** A picture in the shape of the image's split; nothing but {@code random} decides what becomes of the image. */
    Picture apply(Original image, SplittableRandom random);
}
