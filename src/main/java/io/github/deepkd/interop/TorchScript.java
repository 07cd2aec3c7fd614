package io.github.deepkd.interop;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.ScriptModule;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * TorchScript modules of any architecture, as teachers and as students. They compute in float32. Such a module is a
 * program: libtorch confines it to its own operators, but take it only from those whom you would take a program from.
 */
public final class TorchScript {

    /** What configurations call such a model. */
    public static final String NAME = "torchscript";

    /** Images that every new network is tried on, to see what it answers with. */
    private static final int TRIED = 2;

    private TorchScript() {}

    /**
     * A network that does not change.
     *
     * @throws BadInput if it cannot be read, or does not answer such images with [N, classes]
     */
    public static Model teacher(Path file, Shape shape, int classes) {
        ScriptNetwork network = network(file, shape, classes);
        StateDict state = new StateDict(Precision.FLOAT32);
        Map<String, Tensor> parameters = network.module().parameters();
        parameters.forEach(state::adoptBuffer);
        network.module().buffers().forEach(state::adoptBuffer);
        Torch.noGrad(() -> network.forward(tried(shape), Mode.EVALUATION));
        long count = parameters.values().stream().mapToLong(Torch::count).sum();
        return new Model(NAME, state, network, count);
    }

    /**
     * A network to go on training. Its weights are those parameters that its logits depend on.
     *
     * @throws BadInput as {@link #teacher}, and if it has no such parameters
     */
    public static Model student(Path file, Shape shape, int classes) {
        ScriptNetwork network = network(file, shape, classes);
        StateDict state = new StateDict(Precision.FLOAT32);
        List<String> names = new ArrayList<>(network.module().parameters().keySet());
        List<Tensor> parameters = new ArrayList<>(network.module().parameters().values());
        boolean[] trainable = dependsOn(network, shape, parameters);
        for (int i = 0; i < trainable.length; i++) {
            Tensor parameter = parameters.get(i);
            if (trainable[i]) {
                state.adopt(names.get(i), parameter, place -> ScriptModule.rebase(parameter, place));
            } else {
                state.adoptBuffer(names.get(i), parameter);
            }
        }
        if (state.weights().isEmpty()) {
            throw new BadInput(file + " has no parameters to train: save the module before torch.jit.freeze");
        }
        network.module().buffers().forEach(state::adoptBuffer);
        return new Model(NAME, state, network);
    }

    private static boolean[] dependsOn(ScriptNetwork network, Shape shape, List<Tensor> parameters) {
        parameters.forEach(Torch::requireGrad);
        Tensor logits = network.forward(tried(shape), Mode.EVALUATION);
        return Torch.dependsOn(logits, parameters);
    }

    private static ScriptNetwork network(Path file, Shape shape, int classes) {
        ScriptModule module = ScriptModule.load(file);
        module.train(false);
        module.compile(tried(shape));
        return new ScriptNetwork(file, module, classes);
    }

    private static Tensor tried(Shape shape) {
        return Torch.zeros(Precision.FLOAT32, TRIED, shape.channels(), shape.height(), shape.width());
    }

    /** Whether the model is such a module, which {@link #write} can save. */
    public static boolean is(Model model) {
        return model.network() instanceof ScriptNetwork;
    }

    /** Writes a student's program with the weights as they are now; the file appears whole or not at all. */
    public static void write(Path file, Model student) {
        ScriptNetwork network = (ScriptNetwork) student.network();
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        network.module().save(partial);
        try {
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be written: " + e, e);
        }
    }
}
