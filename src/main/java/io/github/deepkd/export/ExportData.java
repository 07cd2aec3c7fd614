package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.DataFiles;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Shape;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.Run;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What export needs of a run's data.
 *
 * @param train one split, or none where the data is not at hand
 * @param test one split, or none
 */
public record ExportData(String name, Shape shape, List<String> classNames, List<ImageSet> train, List<ImageSet> test) {

    /** All of it. */
    public static ExportData of(TrainedRun run, Dataset data) {
        return new ExportData(
                data.name(),
                data.shape(),
                data.classNames(),
                List.of(Run.training(run.config(), data)),
                List.of(data.test()));
    }

    /**
     * Without the data: classes are numbered, as many as the student tells apart.
     *
     * @param size height and width of the images
     */
    public static ExportData without(TrainedRun run, int size) {
        if (size < 1) {
            throw new BadInput("the size of images must be 1 or more, found " + size);
        }
        int channels = Run.normalization(run.config()).mean().size();
        List<String> numbers =
                IntStream.range(0, classes(run)).mapToObj(Integer::toString).toList();
        String name = run.config().data().kind();
        return new ExportData(name, new Shape(channels, size, size), numbers, List.of(), List.of());
    }

    /** The last tensor is the classifier's. */
    private static int classes(TrainedRun run) {
        try (TensorScope reading = TensorScope.open()) {
            List<Tensor> tensors = new ArrayList<>(
                    WeightFiles.read(run.folder().student()).tensors().values());
            return Math.toIntExact(tensors.get(tensors.size() - 1).size(0));
        }
    }

    /**
     * With other names for the classes.
     *
     * @param file a name a line; null for the data's own
     * @throws BadInput where there are more or fewer than classes
     */
    public ExportData named(@Nullable Path file) {
        if (file == null) {
            return this;
        }
        List<String> names = DataFiles.lines(file);
        StudentInfo.requireNames(file.toString(), names);
        if (names.size() != classNames.size()) {
            throw new BadInput(file + " has " + names.size() + " class names, but the student tells "
                    + classNames.size() + " classes apart: give one a line, in the order of the labels");
        }
        return new ExportData(name, shape, names, train, test);
    }
}
