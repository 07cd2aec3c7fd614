package io.github.deepkd.interop;

import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Path;

/** ONNX models as teachers, computed by ONNX Runtime on the CPU in their own number format. They cannot be trained. */
public final class Onnx {

    /** What configurations call such a model. */
    public static final String NAME = "onnx";

    /** Images that every new network is tried on, to see what it answers with. */
    private static final int TRIED = 2;

    private Onnx() {}

    /**
     * @throws io.github.deepkd.BadInput if the runtime cannot read it, or it does not answer such images with [N, classes]
     */
    public static Model teacher(Path file, Shape shape, int classes) {
        OnnxNetwork network = new OnnxNetwork(OnnxSession.open(file, Torch.threads()), classes);
        network.session().requireImages(shape);
        network.forward(
                Torch.zeros(Precision.FLOAT32, TRIED, shape.channels(), shape.height(), shape.width()),
                Mode.EVALUATION);
        return new Model(
                NAME,
                new StateDict(Precision.FLOAT32),
                network,
                OnnxFile.read(file).values());
    }
}
