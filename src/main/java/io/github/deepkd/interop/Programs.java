package io.github.deepkd.interop;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.weights.FileKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that bring their own architecture, whichever their format. */
public final class Programs {

    private Programs() {}

    /** Whether the name of a model means "as the file says". */
    public static boolean isName(@Nullable String model) {
        return TorchScript.NAME.equals(model) || Onnx.NAME.equals(model);
    }

    /**
     * A network that does not change.
     *
     * @param model what the configuration calls it, if anything
     * @param kind of the file, a program
     * @throws BadInput if it is called something else, or cannot be used for such images and classes
     */
    public static Model teacher(@Nullable String model, FileKind kind, Path file, Shape shape, int classes) {
        String name = kind == FileKind.ONNX ? Onnx.NAME : TorchScript.NAME;
        if (model != null && !model.equals(name)) {
            throw new BadInput("%s is no file of weights for %s but brings its own architecture (%s): leave the model's"
                            .formatted(file, model, kind.about())
                    + " name out, or set it to " + name);
        }
        return kind == FileKind.ONNX ? Onnx.teacher(file, shape, classes) : TorchScript.teacher(file, shape, classes);
    }
}
