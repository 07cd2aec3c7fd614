package io.github.deepkd.interop;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** TorchScript files for tests. */
public final class Scripts {

    static final String CLASSIFIER = """
            def forward(self, x):
                y = torch.conv2d(x, self.conv, None, [1, 1], [1, 1])
                y = torch.batch_norm(y, self.gamma, self.beta, self.mean, self.var, False, 0.1, 1e-05, True)
                y = torch.relu(y)
                return torch.linear(y.view(x.size(0), -1), self.fc, self.bias)
            """;

    private Scripts() {}

    /** Convolution, normalisation, ReLU, {@code view}, classifier; and a parameter {@code idle} that nothing uses. */
    public static Path classifier(Path file, int channels, int size, int classes) {
        return write(file, channels, size, classes, CLASSIFIER);
    }

    /** The same tensors under another program. */
    public static Path write(Path file, int channels, int size, int classes, String program) {
        return write(file, channels, size, classes, program, Map.of());
    }

    /** With more buffers, which the program need not use. */
    static Path write(Path file, int channels, int size, int classes, String program, Map<String, Tensor> buffers) {
        torch.manual_seed(17);
        JitModule module = new JitModule(new QualifiedName("Tiny"));
        parameter(module, "conv", torch.randn(4, channels, 3, 3));
        parameter(module, "gamma", torch.ones(4));
        parameter(module, "beta", torch.zeros(4));
        parameter(module, "idle", torch.ones(5));
        parameter(module, "fc", torch.randn(classes, 4L * size * size).mul(new Scalar(0.02)));
        parameter(module, "bias", torch.zeros(classes));
        module.register_buffer("mean", torch.zeros(4));
        module.register_buffer("var", torch.ones(4));
        buffers.forEach(module::register_buffer);
        module.define(program);
        module.save(file.toString());
        return file;
    }

    private static void parameter(JitModule module, String name, Tensor value) {
        module.register_parameter(name, value, false);
    }
}
