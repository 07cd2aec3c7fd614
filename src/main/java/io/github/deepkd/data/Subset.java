package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Some of a split's images, for experiments that cost less. */
public final class Subset implements ImageSet {

    /** One draw for every run, whatever its seed: a smaller data set, not a sample of a larger one. */
    private static final long DRAW = 2026;

    private final ImageSet all;
    private final int[] chosen;

    private Subset(ImageSet all, int[] chosen) {
        this.all = all;
        this.chosen = chosen;
    }

    /**
     * The first {@code count} images of a fixed shuffle in which the classes take turns, so that each has as many as the
     * others, give or take one, until its images are used up. A larger count has the images of a smaller one and more.
     *
     * @throws BadInput where there are not so many images
     */
    public static ImageSet balanced(ImageSet all, int count) {
        if (count < 1 || count > all.size()) {
            throw new BadInput("data.train-limit must be from 1 to " + all.size() + ", the number of training images,"
                    + " found " + count);
        }
        return new Subset(
                all, inTurns(all).stream().limit(count).mapToInt(image -> image).toArray());
    }

    private static List<Integer> inTurns(ImageSet all) {
        List<Integer> images =
                new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
        Collections.shuffle(images, new Random(DRAW));
        Map<Integer, Integer> turns = new HashMap<>();
        int[] turn = new int[all.size()];
        images.forEach(image -> turn[image] = turns.merge(all.label(image), 1, Integer::sum));
        images.sort(Comparator.comparingInt(image -> turn[image])); // stable: within a turn the order stays random
        return images;
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public Shape shape() {
        return all.shape();
    }

    @Override
    public int label(int index) {
        return all.label(chosen[index]);
    }

    @Override
    public void read(int index, byte[] planar) {
        all.read(chosen[index], planar);
    }

    @Override
    public Original original(int index) {
        return all.original(chosen[index]);
    }
}
