package io.github.deepkd.tensor;

import io.github.deepkd.BadInput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.named_buffer_iterator;
import org.bytedeco.pytorch.named_buffer_list;
import org.bytedeco.pytorch.named_parameter_iterator;
import org.bytedeco.pytorch.named_parameter_list;

/**
 * A TorchScript module: a program with its tensors. libtorch interprets it operation by operation, without rewriting it
 * after its first runs, so that a run that was resumed computes what one in one go does.
 */
public final class ScriptModule {

    private static final int LONGEST_REASON = 300;

    private final Path file;
    private final JitModule module;

    private ScriptModule(Path file, JitModule module) {
        this.file = file;
        this.module = module;
    }

    /**
     * Reads a module; its floating tensors become float32.
     *
     * @throws BadInput if libtorch cannot read it
     */
    public static ScriptModule load(Path file) {
        try {
            DeviceOptional cpu = new DeviceOptional(new Device(torch.DeviceType.CPU));
            ScriptModule module = new ScriptModule(file, DeepStack.call(() -> torch.load(file.toString(), cpu, true)));
            module.convert();
            return module;
        } catch (RuntimeException e) { // which is all that libtorch's errors are here
            throw new BadInput(
                    "%s is a TorchScript module that libtorch cannot load (%s): save it again with torch.jit.save"
                            .formatted(file, reason(e)),
                    e);
        }
    }

    private void convert() {
        parameters().values().forEach(ScriptModule::toFloat32);
        buffers().values().forEach(ScriptModule::toFloat32);
    }

    private static void toFloat32(Tensor tensor) {
        if (tensor.is_floating_point()) {
            Tensor plain = tensor.detach();
            tensor.set_data(plain.to(ScalarType.Float));
        }
    }

    /** What training changes, by PyTorch's names, in the module's order. */
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        named_parameter_list list = module.named_parameters();
        named_parameter_iterator end = list.end();
        for (named_parameter_iterator at = list.begin(); at.notEquals(end); at.increment()) {
            put(tensors, at.multiply());
        }
        return tensors;
    }

    /** The other tensors of its state, such as running means. */
    public Map<String, Tensor> buffers() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        named_buffer_list list = module.named_buffers();
        named_buffer_iterator end = list.end();
        for (named_buffer_iterator at = list.begin(); at.notEquals(end); at.increment()) {
            put(tensors, at.multiply());
        }
        return tensors;
    }

    private static void put(Map<String, Tensor> tensors, NamedTensor named) {
        tensors.put(named.name().getString(), new Tensor(named.value())); // value() only borrows
    }

    /** Makes {@code parameter} use the memory of {@code data} from now on, in the module too. */
    public static Tensor rebase(Tensor parameter, Tensor data) {
        parameter.set_data(data);
        return Torch.requireGrad(parameter);
    }

    /** Whether normalisations use the batch's statistics, and so on, where the module does tell the two modes apart. */
    public void train(boolean training) {
        module.train(training);
    }

    /**
     * Has libtorch compile the program, which it does when it first runs it, and by recursion.
     *
     * @throws BadInput if the module refuses the example
     */
    public void compile(Tensor example) {
        DeepStack.call(() -> Torch.noGrad(() -> {
            try (TensorScope scope = TensorScope.open()) {
                return run(example).isTensor();
            }
        }));
    }

    /** @throws BadInput if the module refuses the input or answers with something else than a tensor */
    public Tensor forward(Tensor x) {
        IValue answer = run(x);
        if (!answer.isTensor()) {
            throw new BadInput(
                    "%s answers with a %s, not with one tensor of logits [N, classes]: save a module that returns these alone"
                            .formatted(file, answer.tagKind().getString().toLowerCase(Locale.ROOT)));
        }
        return new Tensor(answer.toTensor()); // which only borrows
    }

    private IValue run(Tensor x) {
        try (GraphOptimizerEnabledGuard plain = new GraphOptimizerEnabledGuard(false)) {
            return module.forward(new IValueVector(new IValue(x)));
        } catch (RuntimeException e) { // which is all that libtorch's errors are here
            throw new BadInput(
                    "%s cannot compute with images %s (%s)".formatted(file, Arrays.toString(Torch.shape(x)), reason(e)),
                    e);
        }
    }

    /**
     * Writes program and tensors, in evaluation mode. Each tensor is written from a copy: those that are parts of one
     * vector would each bring the whole of it.
     */
    public void save(Path to) {
        Map<Tensor, Tensor> places = new LinkedHashMap<>();
        parameters().values().forEach(parameter -> places.put(parameter, parameter.detach()));
        module.train(false);
        places.forEach((parameter, place) -> parameter.set_data(place.clone()));
        try {
            module.save(to.toString());
        } catch (RuntimeException e) { // which is all that libtorch's errors are here
            throw new BadInput("%s cannot be written (%s)".formatted(to, reason(e)), e);
        } finally {
            places.forEach(Tensor::set_data);
        }
    }

    /** The line that says what went wrong: the last one before libtorch's own call stack. */
    private static String reason(RuntimeException e) {
        String last = String.valueOf(e.getMessage())
                .lines()
                .takeWhile(line -> !line.startsWith("Exception raised from"))
                .filter(line -> !line.isBlank())
                .reduce("", (a, b) -> b)
                .strip();
        return last.length() > LONGEST_REASON ? last.substring(0, LONGEST_REASON) + "…" : last;
    }
}
