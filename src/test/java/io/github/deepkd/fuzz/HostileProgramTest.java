package io.github.deepkd.fuzz;

import static io.github.deepkd.fuzz.HostileTextTest.refused;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.deepkd.data.Shape;
import io.github.deepkd.export.ExportedFiles;
import io.github.deepkd.export.Format;
import io.github.deepkd.export.Predictor;
import io.github.deepkd.export.Student;
import io.github.deepkd.interop.Inspection;
import io.github.deepkd.interop.Scripts;
import io.github.deepkd.interop.TorchScript;
import io.github.deepkd.page.RunHistory;
import io.github.deepkd.page.SampleRun;
import io.github.deepkd.serve.ServedRuns;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.weights.FileKind;
import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs and students built to harm, and what people do with them: inspect, predict, report. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class HostileProgramTest {

    @TempDir
    private Path folder;

    @Test
    void aMatrixThatClaimsTwoThousandMillionClassesIsInspectedWithoutMemoryForThem() throws IOException {
        String header = "{\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[2147483647,0],\"data_offsets\":[0,0]}}";
        Path file = folder.resolve("wide.safetensors");
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Files.write(
                file,
                ByteBuffer.allocate(Long.BYTES + json.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .array());

        assertThat(Inspection.of(file).classes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anOnnxMatrixOfMoreRowsThanThereAreNumbersIsTakenForNoClassifier() throws IOException {
        TensorProto matrix = TensorProto.newBuilder()
                .setName("fc")
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(1L << 40)
                .addDims(1)
                .build();
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .setGraph(GraphProto.newBuilder().addInitializer(matrix))
                .build();
        Path file = Files.write(folder.resolve("wide.onnx"), model.toByteArray());

        assertThat(Inspection.of(file).classes()).isZero();
    }

    /** One that inflates a thousandfold, one that leads out of the archive, one that is there already, one of PyTorch 1.3. */
    @ParameterizedTest
    @CsvSource({
        "trainable/code/bomb.py, 100000000, would inflate",
        "trainable/../../evil.py, 10, leads out of it",
        "trainable/DATA.pkl, 10, is there twice",
        "trainable/model.json, 10, PyTorch 1.3 or before"
    })
    void aTorchScriptArchiveWithABadEntryIsRefusedBeforeLibtorchReadsIt(String entry, int zeros, String why)
            throws IOException {
        Path file = scriptWith(entry, zeros);
        refused(() -> FileKind.of(file), file.toString(), why);
    }

    /** Text of two gigabytes, and a place in the memo behind two thousand million others. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0080\u0002X\u00ff\u00ff\u00ff\u007f", "\u0080\u0002Nr\u00ff\u00ff\u00ff\u007f."})
    void aPickleThatClaimsMoreThanItHasIsRefusedBeforeLibtorchReadsIt(String pickle) throws IOException {
        Path file = changed("/data.pkl", content -> pickle);
        refused(() -> FileKind.of(file), file.toString(), "data.pkl' makes no sense at instruction");
    }

    /** An attribute of lists in lists, of tuples in tuples, of a list that holds itself. */
    @ParameterizedTest
    @MethodSource
    void aPickleOfContainersInContainersIsRefusedBeforeLibtorchTakesItApart(String deep) throws IOException {
        Path file = changed("/data.pkl", content -> content.replaceFirst("[}][(]", "}(X\u0004\0\0\0deep" + deep));
        refused(() -> FileKind.of(file), file.toString(), "data.pkl'", "more than 200 deep");
    }

    static List<String> aPickleOfContainersInContainersIsRefusedBeforeLibtorchTakesItApart() {
        return List.of("]".repeat(50_000) + "a".repeat(49_999), ")" + "\u0085".repeat(50_000), "]q\u00f0h\u00f0a");
    }

    /** Seven rows of 256 floats are 1792, M 0x0700: of a storage of 2^31 - 1, with strides of as much, of -1 rows. */
    @ParameterizedTest
    @CsvSource({
        "M\u0000\u0007t,J\u00ff\u00ff\u00ff\u007ft",
        "K\u0007M\u0000\u0001t,K\u0007J\u00ff\u00ff\u00ff\u007ft",
        "K\u0007M\u0000\u0001t,J\u00ff\u00ff\u00ff\u00ffM\u0000\u0001t"
    })
    void aTensorOutsideItsStorageIsRefusedBeforeLibtorchReadsThere(String written, String instead) throws IOException {
        Path file = changed("/data.pkl", content -> content.replace(written, instead));
        refused(
                () -> FileKind.of(file),
                file.toString(),
                "has a tensor with offset 0",
                "'trainable/data/4', which has 7168 bytes");
    }

    /** libtorch follows each by recursion and would end the process. */
    @ParameterizedTest
    @MethodSource
    void aProgramThatNestsDeepIsRefusedBeforeLibtorchParsesIt(String deep) throws IOException {
        Path file = changed("/__torch__.py", content -> content.replace("fc = self.fc", deep + "\n    fc = self.fc"));
        refused(() -> FileKind.of(file), file.toString(), "__torch__.py'", "deep");
    }

    static List<String> aProgramThatNestsDeepIsRefusedBeforeLibtorchParsesIt() {
        int deep = 65_000;
        String blocks = IntStream.range(0, 500)
                .mapToObj(i -> " ".repeat(i) + "if True:\n    ")
                .collect(joining());
        return List.of(
                "b = " + "-".repeat(deep) + "1",
                "b = " + "not ".repeat(deep) + "True",
                "b = " + "(".repeat(deep) + "1" + ")".repeat(deep),
                "b = " + "[\"]\", ".repeat(deep) + "]".repeat(deep),
                "b = 1" + " + 1".repeat(deep),
                "b = 1" + "**1".repeat(deep),
                "b = True" + " and True".repeat(deep),
                "b = " + "1 if True else ".repeat(deep) + "1",
                "b = self" + ".fc".repeat(deep),
                "b = x" + "[0]".repeat(deep),
                "# type: " + "List[".repeat(deep),
                "if False:\n      b = 1" + "\n    elif False:\n      b = 1".repeat(deep),
                blocks + " ".repeat(500) + "b = 1");
    }

    @Test
    void aProgramOfHalfAMillionWordsIsRefused() throws IOException {
        Path file = changed("/__torch__.py", content -> content + "\nb = 1".repeat(200_000));
        refused(() -> FileKind.of(file), file.toString(), "more than 500000 words");
    }

    /** libtorch compiles what is computed from one another by recursion: 3,000 such steps overflow a stack of 1 MB. */
    @Test
    void aProgramOfManyStepsIsComputed() throws IOException {
        Path file = changed(
                "/__torch__.py",
                content -> content.replace(
                        "    fc = self.fc", "    _0 = torch.neg(_0)\n".repeat(20_000) + "    fc = self.fc"));
        try (TensorScope scope = TensorScope.open()) {
            assertThat(TorchScript.teacher(file, new Shape(3, 8, 8), 7).parameters())
                    .isPositive();
        }
    }

    /** A good module with one text changed, a character a byte. */
    private Path changed(String entry, UnaryOperator<String> change) throws IOException {
        Path whole = Scripts.classifier(folder.resolve("trainable.pt"), 3, 8, 7);
        Map<String, byte[]> entries = new LinkedHashMap<>(WeightReaders.unzipped(whole));
        entries.replaceAll((name, content) -> {
            if (!name.endsWith(entry)) {
                return content;
            }
            String before = new String(content, StandardCharsets.ISO_8859_1);
            String after = change.apply(before);
            assertThat(after).isNotEqualTo(before);
            return after.getBytes(StandardCharsets.ISO_8859_1);
        });
        return Files.write(folder.resolve("bad.pt"), WeightReaders.zipped(entries));
    }

    private Path scriptWith(String name, int zeros) throws IOException {
        Path whole = Scripts.classifier(folder.resolve("trainable.pt"), 3, 8, 7);
        Map<String, byte[]> entries = new LinkedHashMap<>(WeightReaders.unzipped(whole));
        entries.put(name, new byte[zeros]);
        Path file = folder.resolve("bad.pt");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipEntry.DEFLATED);
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(named.getKey()));
                zip.write(named.getValue());
            }
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "channels|1000000",
                "channels|0",
                "height|-8",
                "width|2147483647",
                "resize|0",
                "resize|2000000000",
                "mean|0.5",
                "std|0,0,0",
                "class_names|null",
                "class_names|[]",
                "class_names|[null]",
                "class_names|[\"a\",\"\\u001b[2J\"]",
                "model|no-such-model"
            })
    void aStudentWhoseMetadataMakeNoSenseIsRefusedByName(String key, String value) {
        Path good = ExportedFiles.resnet8(Format.SAFETENSORS, folder);
        Path bad = folder.resolve("bad.safetensors");
        try (TensorScope scope = TensorScope.open()) {
            WeightFile student = Safetensors.read(good);
            Map<String, String> metadata = new LinkedHashMap<>(student.metadata());
            assertThat(metadata).containsKey(key);
            metadata.put(key, value);
            Safetensors.write(bad, student.tensors(), metadata);
            refused(() -> Student.open(bad, 1).close(), bad.toString());
        }
    }

    @Test
    void anOnnxStudentThatAnswersForOtherClassesThanItNamesIsRefused() throws IOException {
        ModelProto model = ModelProto.parseFrom(ExportedFiles.tinyOnnx());
        GraphProto.Builder graph = model.getGraph().toBuilder();
        NodeProto last = graph.getNode(graph.getNodeCount() - 1).toBuilder()
                .setOutput(0, "before")
                .build();
        NodeProto concat = NodeProto.newBuilder()
                .setOpType("Flatten")
                .addInput("f")
                .addOutput("logits")
                .build();
        graph.setNode(graph.getNodeCount() - 1, last).addNode(concat);
        graph.clearOutput().addOutput(model.getGraph().getOutput(0).toBuilder().clearType());
        Path file = folder.resolve("other.onnx");
        Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
        Path image = DataReaders.writeImage(folder.resolve("image.png"));

        try (TensorScope scope = TensorScope.open();
                Student student = Student.open(file, 1)) {
            refused(() -> Predictor.of(student, List.of(image), 2, false), file.toString(), "[1, 32]", "[1, 7]");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no pipes there")
    void aPipeInPlaceOfAnImageToPredictIsNamedAndNotWaitedFor() throws Exception {
        Path file = ExportedFiles.resnet8(Format.SAFETENSORS, folder);
        Path pipe = folder.resolve("pipe.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (TensorScope scope = TensorScope.open();
                Student student = Student.open(file, 1)) {
            refused(() -> Predictor.of(student, List.of(pipe), 2, false), pipe.toString(), "pipe");
        }
    }

    @Test
    void anEpochThatIsNoneIsRefusedInAReportAndLeftOutOfALivePage() throws IOException {
        SampleRun run = SampleRun.begin(folder.resolve("run"), "a", 1, "kd")
                .epoch(1, 40)
                .tell("{\"event\":\"epoch\",\"epoch\":2}")
                .epoch(2, 61.25);
        Path events = folder.resolve("run/events.jsonl");

        refused(() -> RunHistory.read("run", events), events.toString(), "it has no losses");
        run.finish();
        assertThat(ServedRuns.show(folder.resolve("run"))).contains("61.25").contains("it has no losses");
    }
}
