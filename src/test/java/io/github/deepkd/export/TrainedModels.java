package io.github.deepkd.export;

import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Networks with normalisations that do something, as training would leave them. */
final class TrainedModels {

    static final int CLASSES = 7;

    private TrainedModels() {}

    static Model of(String name, int channels) {
        Torch.manualSeed(5);
        Model model = Models.create(name, channels, CLASSES, Precision.FLOAT32);
        Torch.noGrad(() -> model.tensors().forEach((tensor, values) -> {
            if (tensor.endsWith("running_var")) {
                Torch.uniform_(values, 0.5, 1.5);
            } else if (tensor.endsWith("running_mean") || tensor.endsWith("bias")) {
                Torch.uniform_(values, -0.2, 0.2);
            }
        }));
        model.loaded();
        return model;
    }

    static StudentInfo info(Model model, Shape shape) {
        int channels = shape.channels();
        Normalization normalization =
                new Normalization(Collections.nCopies(channels, 0.4), Collections.nCopies(channels, 0.25));
        List<String> names =
                IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
        return new StudentInfo(
                model.name(), shape, shape.height(), normalization, false, names, Map.of("recipe", "test"));
    }
}
