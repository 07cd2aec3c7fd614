package io.github.deepkd.interop;

import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.KeyNames;
import io.github.deepkd.weights.WeightFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The architecture of the registry that a file's tensors look like, by their names and shapes.
 *
 * @param model its name
 * @param channels of the images
 * @param share of all names of either side those that both have, with the same shape; 1 where all fit
 */
public record Likeness(String model, int classes, int channels, double share) {

    /** Below it two networks have little more in common than what every network has. */
    private static final double LEAST = 0.5;

    /** What {@code file}'s tensors look like, if anything known. */
    public static Optional<Likeness> of(WeightFile file) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        file.tensors().forEach((name, tensor) -> shapes.put(name, shape(Torch.shape(tensor))));
        return of(shapes);
    }

    /** The nearest architecture to tensors of these names and shapes. */
    static Optional<Likeness> of(Map<String, List<Long>> shapes) {
        int classes = classes(shapes);
        if (classes == 0) {
            return Optional.empty();
        }
        int channels = channels(shapes);
        Set<String> found = signatures(shapes);
        return Models.names().stream()
                .map(name -> new Likeness(name, classes, channels, share(found, name, channels, classes)))
                .filter(likeness -> likeness.share() >= LEAST)
                .max(Comparator.comparingDouble(Likeness::share));
    }

    /** The rows of the last matrix, a classifier's mostly; 0 without one, or where they cannot be classes. */
    static int classes(Map<String, List<Long>> shapes) {
        return last(shapes, 2)
                .filter(shape -> shape.get(0) > 0 && shape.get(0) <= Integer.MAX_VALUE) // ONNX files may say anything
                .map(shape -> shape.get(0).intValue())
                .orElse(0);
    }

    /** The input channels of the first convolution. */
    private static int channels(Map<String, List<Long>> shapes) {
        long channels = shapes.values().stream()
                .filter(shape -> shape.size() == 4)
                .findFirst()
                .map(shape -> shape.get(1))
                .orElse(3L);
        return channels == 1 ? 1 : 3;
    }

    private static Optional<List<Long>> last(Map<String, List<Long>> shapes, int rank) {
        return shapes.values().stream().filter(shape -> shape.size() == rank).reduce((a, b) -> b);
    }

    private static double share(Set<String> found, String model, int channels, int classes) {
        try (TensorScope building = TensorScope.open()) {
            Set<String> known = signatures(Models.shapes(model, channels, classes));
            Set<String> common = new LinkedHashSet<>(found);
            common.retainAll(known);
            return (double) common.size() / (found.size() + known.size() - common.size());
        }
    }

    /** Names as every program means them, each with its shape; counters of batches, which old files lack, left out. */
    private static Set<String> signatures(Map<String, List<Long>> shapes) {
        Set<String> signatures = new LinkedHashSet<>();
        KeyNames.canonical(shapes.keySet()).forEach((canonical, name) -> {
            if (!name.endsWith("num_batches_tracked")) {
                signatures.add(canonical + shapes.get(name));
            }
        });
        return signatures;
    }

    private static List<Long> shape(long[] sizes) {
        List<Long> shape = new ArrayList<>();
        for (long size : sizes) {
            shape.add(size);
        }
        return shape;
    }

    public boolean isExact() {
        return share == 1;
    }

    /** A clause: {@code it looks like resnet32x4 with 100 classes}. */
    @Override
    public String toString() {
        return (isExact() ? "it looks like " : "it looks most like ") + model + " with " + classes + " classes";
    }
}
