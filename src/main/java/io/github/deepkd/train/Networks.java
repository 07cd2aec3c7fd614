package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.WeightFiles;

/** Makes the two networks of a run and fills them from files. */
public final class Networks {

    private Networks() {}

    /** The student, with fresh weights unless the configuration names a file. */
    static Model student(RunConfig config, Dataset data) {
        String weights = config.student().weights();
        Model student = create(config.student().model(), config, data);
        return weights == null ? student : load(student, weights);
    }

    /** The teacher, which needs both a model and a file of weights. */
    static Model teacher(RunConfig config, Dataset data) {
        String model = config.teacher().model();
        if (model == null) {
            throw new BadInput(
                    "this method needs a teacher: name its architecture, as in --set teacher.model=resnet56");
        }
        return load(create(model, config, data), teacherWeights(config));
    }

    static String teacherWeights(RunConfig config) {
        String weights = config.teacher().weights();
        if (weights == null) {
            throw new BadInput("this method needs a trained teacher: name its file, as in --set teacher.weights=FILE");
        }
        return weights;
    }

    private static Model create(String model, RunConfig config, Dataset data) {
        Precision precision = Precision.valueOf(config.precision().name());
        return Models.create(model, data.shape().channels(), data.classes(), precision);
    }

    /**
     * Fills {@code model} from a file of weights, every tensor of which must fit.
     *
     * @param weights a file, or {@code embedded:NAME} for one that comes with deepkd
     */
    public static Model load(Model model, String weights) {
        try (TensorScope reading = TensorScope.open();
                WeightSource source = WeightSource.of(weights)) {
            WeightFiles.copyInto(model.tensors(), WeightFiles.read(source.file()), model.name());
        }
        model.loaded();
        return model;
    }
}
