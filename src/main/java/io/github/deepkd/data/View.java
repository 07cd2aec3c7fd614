package io.github.deepkd.data;

import io.github.deepkd.image.Picture;
import java.util.List;
import java.util.SplittableRandom;

/** What becomes of an image on its way into a batch. */
interface View {

    /** As it is, for evaluation. */
    View PLAIN = (id, image) -> image.plain();

    /** @param id the image's index in its split */
    Picture of(int id, Original image);

    /**
     * The first {@code count} of the two views that training knows: the weak one is augmented, the strong one augmented by
     * draws of its own and then by RandAugment. Each is a pure function of the arguments and the image.
     */
    static List<View> training(Augmentation augmentation, Draw draw, int count) {
        View weak = (id, image) -> augmentation.apply(image, CounterRandom.of(draw.seed(), draw.epoch(), id));
        View strong = (id, image) -> {
            SplittableRandom random = CounterRandom.of(draw.seed(), draw.epoch(), id, 1);
            return RandAugment.apply(augmentation.apply(image, random), random);
        };
        return List.of(weak, strong).subList(0, count);
    }
}
