package io.github.deepkd.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.interop.OnnxSession;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxExportTest {

    static List<String> names() {
        return Models.names();
    }

    /** Each at the size it is for, so that every pooling and stride is seen; docs/deployment.md has what is printed. */
    @ParameterizedTest
    @MethodSource("names")
    void everyArchitectureAnswersOnOnnxRuntimeAsHere(String name) {
        try (TensorScope scope = TensorScope.open()) {
            Model model = TrainedModels.of(name, 3);
            int size = Models.imageSize(name);
            Shape shape = new Shape(3, size, size);
            byte[] file = OnnxExport.bytes(Graph.of(model, shape), TrainedModels.info(model, shape));
            try (OnnxSession onnx = OnnxSession.of(name, file, 1)) {
                double difference = Agreement.largest(model::predict, onnx, Agreement.randomImages(shape, false));
                System.out.printf(Locale.ROOT, "| %s | %.1e | %,d |%n", name, difference, file.length);
                assertThat(difference).isPositive().isLessThan(Agreement.BOUND);
            }
        }
    }

    @Test
    void normalisationsAreFoldedAndTheFileSaysWhatItIs() throws InvalidProtocolBufferException {
        try (TensorScope scope = TensorScope.open()) {
            Model model = TrainedModels.of("resnet8", 1);
            Shape shape = new Shape(1, 28, 28);
            ModelProto file =
                    ModelProto.parseFrom(OnnxExport.bytes(Graph.of(model, shape), TrainedModels.info(model, shape)));
            assertThat(file.getGraph().getNodeList())
                    .extracting(NodeProto::getOpType)
                    .doesNotContain("BatchNormalization")
                    .contains("Conv", "Gemm");
            assertThat(file.getGraph().getNodeList())
                    .extracting(NodeProto::getName)
                    .contains("conv1", "layer2.0.conv2", "fc")
                    .doesNotHaveDuplicates();
            assertThat(file.getOpsetImport(0).getVersion()).isGreaterThanOrEqualTo(17);
        }
    }

    @Test
    void anOperatorThatTheRuntimeLacksIsNamedInOneSentence() {
        OnnxWriter writer = new OnnxWriter().input("images", List.of(1L)).output("logits", List.of(1L));
        writer.node("odd", "NoSuchOperator", List.of("images"), "logits", Map.of());
        assertThatThrownBy(() -> OnnxSession.of("odd.onnx", writer.bytes("1", Map.of()), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("odd.onnx")
                .hasMessageContaining("NoSuchOperator");
    }

    @Test
    void pixelsAreNormalisedInsideOnRequestAndTheMetadataComeBack() {
        try (TensorScope scope = TensorScope.open()) {
            Model model = TrainedModels.of("ShuffleV2", 3);
            Shape shape = new Shape(3, 32, 32);
            StudentInfo info = TrainedModels.info(model, shape).normalizing(true);
            Graph graph = Graph.of(model, shape).normalizing(info.normalization());
            try (OnnxSession onnx = OnnxSession.of("it", OnnxExport.bytes(graph, info), 1)) {
                List<Tensor> pixels = Agreement.randomImages(shape, true);
                assertThat(Agreement.largest(
                                x -> model.predict(Torch.div(Torch.add(x, -0.4), Torch.scalar(0.25))), onnx, pixels))
                        .isLessThan(Agreement.BOUND);
                Map<String, String> metadata = onnx.metadata();
                StudentInfo read = StudentInfo.of("it", metadata);
                assertThat(read.classNames()).isEqualTo(info.classNames());
                assertThat(read.normalizes()).isTrue();
                assertThat(read.normalization()).isEqualTo(info.normalization());
                assertThat(read.shape()).isEqualTo(shape);
                assertThat(read.origin()).containsEntry("recipe", "test");
            }
        }
    }
}
