package io.github.deepkd.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Shape;
import io.github.deepkd.data.Subset;
import io.github.deepkd.interop.OnnxSession;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.Evaluator;
import io.github.deepkd.train.Networks;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedExportTest {

    /** The embedded teacher tells more than 90 % of the test images. */
    @Test
    void inEightBitsATrainedNetworkLosesLessThanAPointOfAccuracyAndThreeQuartersOfItsSize() {
        Dataset data = Datasets.open("sample");
        try (TensorScope scope = TensorScope.open()) {
            Model model = Models.create("resnet20", 1, 10, Precision.FLOAT32);
            Networks.load(model, "embedded:samples/fashion-mnist/teacher.safetensors");
            StudentInfo info = new StudentInfo(
                    "resnet20", data.shape(), 28, Datasets.normalization("sample"), true, data.classNames(), Map.of());
            Graph graph = Folding.asConvolutions(Graph.of(model, data.shape()).normalizing(info.normalization()));
            byte[] whole = OnnxExport.bytes(graph, info);
            byte[] eight = QuantizedExport.bytes(graph, info, Calibration.ranges(graph, info, data.train(), 64));
            assertThat(eight.length).isLessThan(whole.length / 3);
            Evaluator evaluator = new Evaluator(Subset.balanced(data.test(), 1000), info.outside(), 1);
            try (OnnxSession before = OnnxSession.of("before", whole, 1);
                    OnnxSession after = OnnxSession.of("after", eight, 1)) {
                double top1 = evaluator.of(before).top1();
                assertThat(top1).isGreaterThan(90);
                assertThat(evaluator.of(after).top1()).isGreaterThan(top1 - 1);
            }
        }
    }

    /** Between them they have every operation. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "wrn_16_1",
                "vgg8",
                "MobileNetV2",
                "ShuffleV1",
                "ShuffleV2",
                "imagenet_resnet18",
                "imagenet_mobilenet_v2"
            })
    void everyFamilyRunsInEightBitsNearTheStudent(String name) {
        Dataset data = Datasets.open("sample");
        try (TensorScope scope = TensorScope.open()) {
            Model model = TrainedModels.of(name, 1);
            Shape shape = data.shape();
            StudentInfo info = TrainedModels.info(model, shape);
            Graph graph = Folding.asConvolutions(Graph.of(model, shape));
            Map<Integer, Range> ranges = Calibration.ranges(graph, info, data.train(), 32);
            Tensor images = Samples.first(data.test(), info.normalization(), 32);
            try (OnnxSession eight = OnnxSession.of(name, QuantizedExport.bytes(graph, info, ranges), 1)) {
                assertThat(Agreement.largest(model::predict, eight, List.of(images)))
                        .isPositive()
                        .isLessThan(0.25);
            }
        }
    }

    @Test
    void zeroIsExactAndTheRangeIsThatOfTheValuesSeen() {
        Range range = Range.ZERO.with(FloatBuffer.wrap(new float[] {-1, 0.5f})).with(FloatBuffer.wrap(new float[] {4}));
        assertThat(range).isEqualTo(new Range(-1, 4));
        assertThat(range.zero()).isEqualTo(51);
        assertThat(range.step() * (255 - range.zero())).isEqualTo(4f);
        assertThat(Range.ZERO.with(FloatBuffer.wrap(new float[] {2, 3})).zero()).isZero();
    }
}
