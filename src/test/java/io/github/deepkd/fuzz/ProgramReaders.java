package io.github.deepkd.fuzz;

import io.github.deepkd.data.Shape;
import io.github.deepkd.export.ExportedFiles;
import io.github.deepkd.export.Format;
import io.github.deepkd.export.Predictor;
import io.github.deepkd.export.Student;
import io.github.deepkd.interop.Inspection;
import io.github.deepkd.interop.Programs;
import io.github.deepkd.interop.Scripts;
import io.github.deepkd.interop.TorchScript;
import io.github.deepkd.weights.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Networks that bring their program, as teachers and students, as {@code inspect} looks at them, and as {@code predict}
 * asks them. libtorch and ONNX Runtime read them, in native code.
 */
final class ProgramReaders {

    private static final Shape SHAPE = ExportedFiles.SHAPE;
    private static final int CLASSES = ExportedFiles.CLASSES;

    /** Of the archive, of its pickle and of its program. */
    private static final List<String> SCRIPT = List.of(
            "PK\u0003\u0004",
            "PK\u0001\u0002",
            "../",
            "/data/0",
            "cos\nsystem\n",
            "c__torch__\nTiny\n",
            "c__torch__.torch.classes\nA\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "(",
            ")",
            "R",
            "Q",
            "b",
            "t",
            "0",
            "J\u00ff\u00ff\u00ff\u007f",
            "X\u00ff\u00ff\u00ff\u007f",
            ".",
            "self.conv",
            "self.fc",
            "torch.zeros([1000000000, 1000])",
            "ops.aten.relu",
            "CONSTANTS.c7",
            "-",
            "not ",
            "[",
            "]",
            "((",
            "1e999",
            "\n  return x\n",
            "annotate(List[int], [])",
            "while True:\n    x = x\n",
            "def forward(self):\n  return 1\n",
            "Tensor",
            "#",
            "\"");

    private static final List<String> ONNX = List.of(
            "Conv",
            "Gemm",
            "Reshape",
            "Loop",
            "If",
            "ConstantOfShape",
            "images",
            "logits",
            "kernel",
            "com.microsoft",
            "external",
            "location",
            "../../../../etc/passwd",
            "channels",
            "class_names",
            "[\"a\"]",
            "\u0008\u00ff\u00ff\u00ff\u00ff\u000f",
            "\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
            "\u0012\u00ff\u00ff\u00ff\u00ff\u0007",
            "\u001b",
            "\u0000",
            "\u00a0\u0001",
            "pads",
            "strides");

    private static final List<String> METADATA = List.of(
            "\"channels\":\"1000000\",",
            "\"height\":\"-1\",",
            "\"width\":\"2147483647\",",
            "\"class_names\":\"null\",",
            "\"class_names\":\"[null]\",",
            "\"class_names\":\"[]\",",
            "\"model\":\"vgg8\",",
            "\"mean\":\"NaN\",",
            "\\u001b",
            "[",
            "]",
            "\\\"",
            "\"",
            "{",
            "}",
            ",");

    /** Begins the names of modules with parameters; what export writes is frozen. */
    private static final String TRAINABLE = "trainable";

    private ProgramReaders() {}

    static List<FuzzedReader> all() {
        return List.of(
                FuzzedReader.ofFile("torchscript", SCRIPT, ProgramReaders::archives, ProgramReaders::read),
                FuzzedReader.ofFile("torchscript-parts", SCRIPT, ProgramReaders::parts, ProgramReaders::read),
                FuzzedReader.ofFile("onnx", ONNX, ProgramReaders::onnx, ProgramReaders::read),
                FuzzedReader.ofFile("student-onnx", ONNX, ProgramReaders::onnx, ProgramReaders::predict),
                FuzzedReader.ofFile("student-weights", METADATA, ProgramReaders::weights, ProgramReaders::predict));
    }

    /** As inspect, as a teacher and as a student; what is no program any more is left to the readers of weights. */
    private static void read(Path file) {
        Inspection.of(file);
        FileKind kind = FileKind.of(file);
        if (kind.isProgram()) {
            Programs.teacher(null, kind, file, SHAPE, CLASSES);
        }
        if (kind == FileKind.TORCHSCRIPT && name(file).startsWith(TRAINABLE)) {
            TorchScript.student(file, SHAPE, CLASSES);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static void predict(Path file) {
        try (Student student = Student.open(file, 1)) {
            Predictor.of(student, List.of(file.resolveSibling("image.png")), 2, false);
        }
    }

    private static List<Seed> archives(Path folder) throws IOException {
        Path script = Scripts.classifier(folder.resolve(TRAINABLE + ".pt"), SHAPE.channels(), SHAPE.height(), CLASSES);
        List<Seed> seeds = new ArrayList<>(List.of(Seed.of(script)));
        seeds.add(Seed.of(ExportedFiles.resnet8(Format.TORCHSCRIPT, folder)));
        return seeds;
    }

    /** The program, the pickles and the rest, each with right lengths and checksums around it. */
    private static List<Seed> parts(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (Seed whole : archives(folder)) {
            Map<String, byte[]> entries = WeightReaders.unzipped(whole.file());
            for (String name : entries.keySet()) {
                if (name.contains("/code/") || name.endsWith(".pkl")) {
                    seeds.add(part(whole.file(), entries, name));
                }
            }
        }
        return seeds;
    }

    private static Seed part(Path archive, Map<String, byte[]> entries, String name) {
        Path file = archive.resolveSibling(
                name(archive) + "-" + name.substring(name.indexOf('/') + 1).replace('/', '-'));
        return Seed.of(file, Objects.requireNonNull(entries.get(name))).wrapped(mutated -> {
            Map<String, byte[]> changed = new LinkedHashMap<>(entries);
            changed.put(name, mutated);
            return WeightReaders.zipped(changed);
        });
    }

    private static List<Seed> onnx(Path folder) throws IOException {
        writeImage(folder);
        return List.of(
                Seed.of(folder.resolve("tiny.onnx"), ExportedFiles.tinyOnnx()),
                Seed.of(folder.resolve("tiny2.onnx"), ExportedFiles.tinyOnnx()),
                Seed.of(ExportedFiles.resnet8(Format.ONNX, folder)));
    }

    private static List<Seed> weights(Path folder) throws IOException {
        writeImage(folder);
        Seed whole = Seed.of(ExportedFiles.resnet8(Format.SAFETENSORS, folder));
        return List.of(whole, WeightReaders.headerOnly(folder.resolve("header.safetensors"), whole.payload()));
    }

    private static void writeImage(Path folder) throws IOException {
        Files.createDirectories(folder);
        DataReaders.writeImage(folder.resolve("image.png"));
    }
}
