package io.github.deepkd.tensor;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.ExtraFilesMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.SimpleSelf;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A TorchScript module made of source text, of one method {@code forward} from a tensor to a tensor. */
public final class CompiledScript implements UnaryOperator<Tensor> {

    private final JitModule module;

    private CompiledScript(JitModule module) {
        this.module = module;
    }

    /**
     * Compiles a module.
     *
     * @param name of its class, such as {@code Student}
     * @param source of {@code def forward(self, …)}
     * @param buffers what the source calls {@code self.NAME}
     */
    public static CompiledScript of(String name, String source, Map<String, Tensor> buffers) {
        JitModule module = new JitModule(new QualifiedName("__torch__." + name));
        buffers.forEach(module::register_buffer);
        CompilationUnit unit = module._ivalue().compilation_unit();
        unit.define(module.type().name(), source, torch.nativeResolver(), new SimpleSelf(module.type()));
        module.eval();
        return new CompiledScript(module);
    }

    /** Reads such a module. */
    public static CompiledScript load(Path file) {
        JitModule module = torch.import_ir_module(new CompilationUnit(), file.toString());
        module.eval();
        return new CompiledScript(module);
    }

    /** @param texts to keep beside the module, by file name */
    public void save(Path file, Map<String, String> texts) {
        ExtraFilesMap extra = new ExtraFilesMap();
        texts.forEach((name, text) -> extra.put(new BytePointer(name), text));
        module.save(file.toString(), extra);
    }

    @Override
    public Tensor apply(Tensor input) {
        return Torch.noGrad(
                () -> module.forward(new IValueVector(new IValue(input))).toTensor());
    }
}
