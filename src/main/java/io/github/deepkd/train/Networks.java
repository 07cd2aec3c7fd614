package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.interop.Likeness;
import io.github.deepkd.interop.Programs;
import io.github.deepkd.interop.TorchScript;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.FileKind;
import io.github.deepkd.weights.WeightFile;
import io.github.deepkd.weights.WeightFiles;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the two networks of a run and fills them from files. */
public final class Networks {

    private Networks() {}

    /** The student, with fresh weights unless the configuration names a file. */
    static Model student(RunConfig config, Dataset data) {
        String model = config.student().model();
        String weights = config.student().weights();
        if (Programs.isName(model)) {
            return programmed(config, data);
        }
        Model student = create(model, config, data);
        return weights == null ? student : load(student, weights);
    }

    /** A student whose architecture lies in its file. */
    private static Model programmed(RunConfig config, Dataset data) {
        String weights = config.student().weights();
        if (!config.student().model().equals(TorchScript.NAME)) {
            throw new BadInput(
                    "student.model is onnx, but an ONNX model only teaches: give a TorchScript module, or a name"
                            + " of 'deepkd list models'");
        }
        if (weights == null) {
            throw new BadInput("student.model is torchscript, which lies in a file: name it, as in --set"
                    + " student.weights=FILE");
        }
        if (config.precision() != RunConfig.NumberFormat.FLOAT32) {
            throw new BadInput("precision " + config.precision().name().toLowerCase(Locale.ROOT)
                    + ": a TorchScript student computes in float32; use --precision float32");
        }
        Path file = Path.of(weights);
        if (FileKind.of(file) != FileKind.TORCHSCRIPT) {
            throw new BadInput(file + " is no TorchScript module but in the format "
                    + FileKind.of(file).about() + ": name its architecture in student.model");
        }
        return TorchScript.student(file, data.shape(), data.classes());
    }

    /** The teacher, which needs a file and, unless that brings its own architecture, a model. */
    static Model teacher(RunConfig config, Dataset data) {
        Precision precision = Precision.valueOf(config.precision().name());
        return trained(config.teacher().model(), teacherWeights(config), data, precision);
    }

    /**
     * A network that was trained, from a file of any kind.
     *
     * @param model its architecture; needed unless the file is a TorchScript module or an ONNX model
     * @param weights a file, or {@code embedded:NAME} for one that comes with deepkd
     * @throws BadInput if the file does not fit the model or the data
     */
    public static Model trained(@Nullable String model, String weights, Dataset data, Precision precision) {
        FileKind kind = kind(weights);
        if (kind.isProgram()) {
            return Programs.teacher(model, kind, Path.of(weights), data.shape(), data.classes());
        }
        if (model == null || Programs.isName(model)) {
            throw new BadInput(
                    weights + " holds weights alone (" + kind.about() + "): name the architecture that they are"
                            + " for, as in --set teacher.model=resnet56 or --model resnet56" + likeness(weights));
        }
        return load(Models.create(model, data.shape().channels(), data.classes(), precision), weights);
    }

    private static String likeness(WeightFile file) {
        return Likeness.of(file).map(Likeness::toString).orElse("");
    }

    private static String likeness(String weights) {
        try (TensorScope reading = TensorScope.open();
                WeightSource source = WeightSource.of(weights)) {
            String found = likeness(WeightFiles.read(source.file()));
            return found.isEmpty() ? "" : "; " + found;
        }
    }

    private static FileKind kind(String weights) {
        try (WeightSource source = WeightSource.of(weights)) {
            return FileKind.of(source.file());
        }
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
            WeightFile file = WeightFiles.read(source.file());
            WeightFiles.copyInto(model.tensors(), file, model.name(), () -> likeness(file));
        }
        model.loaded();
        return model;
    }
}
