package io.github.deepkd.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a data set looks like.
 *
 * @param trainCounts images by label
 * @param testCounts images by label
 * @param mean of the training images, one a channel, in [0, 1]
 * @param std of all their pixels (the population's), one a channel, in [0, 1]
 */
public record DataSummary(
        Dataset dataset, List<Integer> trainCounts, List<Integer> testCounts, List<Double> mean, List<Double> std) {

    /** Reads all training images once. */
    public static DataSummary of(Dataset dataset) {
        long[][] histograms = histograms(dataset.train());
        List<Double> mean = new ArrayList<>();
        List<Double> std = new ArrayList<>();
        for (long[] histogram : histograms) {
            double m = moment(histogram, 0, 1);
            mean.add(m);
            std.add(Math.sqrt(moment(histogram, m, 2)));
        }
        int classes = dataset.classes();
        return new DataSummary(dataset, counts(dataset.train(), classes), counts(dataset.test(), classes), mean, std);
    }

    /** Writes a PNG with a row of example images for each class, as they are. */
    public void contactSheet(Path png) {
        ContactSheet.write(dataset, List.of(View.PLAIN), png);
    }

    /** The same with each example as a pair: its weak and its strong view in the first epoch of seed 1. */
    public void contactSheet(Path png, Augmentation augmentation) {
        ContactSheet.write(dataset, View.training(augmentation, new Draw(1, 1), 2), png);
    }

    private static List<Integer> counts(ImageSet split, int classes) {
        Integer[] counts = new Integer[classes];
        Arrays.fill(counts, 0);
        for (int i = 0; i < split.size(); i++) {
            counts[split.label(i)]++;
        }
        return List.of(counts);
    }

    /** {@code [C, 256]}: how often each byte occurs, from which mean and deviation follow without rounding. */
    private static long[][] histograms(ImageSet split) {
        Shape shape = split.shape();
        long[][] histograms = new long[shape.channels()][256];
        byte[] planar = new byte[shape.size()];
        for (int i = 0; i < split.size(); i++) {
            split.read(i, planar);
            for (int p = 0; p < planar.length; p++) {
                histograms[p / shape.plane()][Byte.toUnsignedInt(planar[p])]++;
            }
        }
        return histograms;
    }

    /** The mean of {@code (v / 255 - center)^power}. */
    private static double moment(long[] histogram, double center, int power) {
        double sum = 0;
        long count = 0;
        for (int v = 0; v < histogram.length; v++) {
            sum += histogram[v] * Math.pow(v / 255.0 - center, power);
            count += histogram[v];
        }
        return sum / count;
    }
}
