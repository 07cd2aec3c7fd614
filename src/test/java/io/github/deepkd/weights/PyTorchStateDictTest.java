package io.github.deepkd.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyTorchStateDictTest {

    /** Builds the network's stem and checks, name by name, against what safetensors' bytes say. */
    private static final String STRICT = """
            import sys, json, struct, torch
            state = torch.load(sys.argv[1], weights_only=True)
            raw = open(sys.argv[2], 'rb').read()
            size = struct.unpack('<Q', raw[:8])[0]
            header = json.loads(raw[8:8 + size])
            types = {'F32': torch.float32, 'I64': torch.int64}
            class Leaf(torch.nn.Module):
                pass
            root = Leaf()
            for name, entry in header.items():
                *path, last = name.split('.')
                at = root
                for module in path:
                    if module not in at._modules:
                        at.add_module(module, Leaf())
                    at = at._modules[module]
                at.register_buffer(last, torch.zeros(entry['shape'], dtype=types[entry['dtype']]))
            root.load_state_dict(state, strict=True)
            for name, value in root.state_dict().items():
                begin, end = header[name]['data_offsets']
                assert value.numpy().tobytes() == raw[8 + size + begin:8 + size + end], name
            print(type(state).__name__, len(state))
            """;

    @TempDir
    private Path folder;

    @Test
    void ourReaderFindsEveryTensorAgain() {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> tensors = tensors();
            Path file = folder.resolve("student.pt");
            PyTorchStateDict.write(file, tensors);
            Map<String, Tensor> read = WeightFiles.read(file).tensors();
            assertThat(read.keySet()).containsExactlyElementsOf(tensors.keySet());
            read.forEach((name, tensor) ->
                    assertThat(Torch.equal(tensor, tensors.get(name))).as(name).isTrue());
        }
    }

    /** Skipped, and said so, without {@code -Dpython=…}, an interpreter that has PyTorch. */
    @Test
    void pyTorchLoadsItWeightsOnlyAndStrictly() throws IOException, InterruptedException {
        String python = System.getProperty("python", "");
        if (python.isEmpty()) {
            System.err.println("SKIPPED: PyTorch did not try to load our file (set -Dpython to a Python that has it)");
        }
        assumeTrue(!python.isEmpty(), "no -Dpython=…, a Python with PyTorch: its torch.load was not tried");
        Path file = folder.resolve("student.pt");
        Path expected = folder.resolve("student.safetensors");
        int count;
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> tensors = tensors();
            count = tensors.size();
            PyTorchStateDict.write(file, tensors);
            Safetensors.write(expected, tensors, Map.of());
        }
        Process process = new ProcessBuilder(
                        python,
                        Files.writeString(folder.resolve("strict.py"), STRICT).toString(),
                        file.toString(),
                        expected.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.strip()).endsWith("dict " + count);
    }

    private static Map<String, Tensor> tensors() {
        Torch.manualSeed(4);
        return Models.create("MobileNetV2", 3, 10, Precision.FLOAT32).tensors();
    }
}
