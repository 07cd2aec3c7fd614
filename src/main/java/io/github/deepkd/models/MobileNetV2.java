package io.github.deepkd.models;

import static io.github.deepkd.nn.Conv2d.pointwise;
import static io.github.deepkd.nn.Conv2d.spec;

import io.github.deepkd.models.InvertedResidual.Size;
import io.github.deepkd.nn.Init;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.nn.StateDict;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** MobileNetV2 (Sandler et al. 2018): a stem, seven rows of {@link InvertedResidual}s, a pointwise head, a classifier. */
final class MobileNetV2 implements Layer {

    /** A row of the paper's table 2. */
    private record Row(int expansion, int channels, int blocks, int stride) {}

    /** Makes a block: {@code index} counts within the row, {@code number} over all rows, from 1 on. */
    private interface Block {
        Layer make(int row, int index, int number, Size size);
    }

    private static final int STEM = 32;
    private static final int HEAD = 1280;
    private static final double DROPOUT = 0.2;

    private final Layer stem;
    private final List<Layer> stages;
    private final Layer head;
    private final Layer classifier;

    /** Tapped are mdistiller's stages: the rows after which the image is halved, and the last. */
    private MobileNetV2(Layer stem, List<Layer> rows, Layer head, Layer classifier) {
        this.stem = stem;
        this.stages = List.of(
                Layer.sequence(rows.subList(0, 2)),
                rows.get(2),
                Layer.sequence(rows.subList(3, 5)),
                Layer.sequence(rows.subList(5, 7)));
        this.head = head;
        this.classifier = classifier;
    }

    private MobileNetV2(MobileNetV2 network) {
        stem = network.stem.frozen();
        stages = network.stages.stream().map(Layer::frozen).toList();
        head = network.head.frozen();
        classifier = network.classifier;
    }

    @Override
    public Layer frozen() {
        return new MobileNetV2(this);
    }

    /** mdistiller's {@code mobile_half} for CIFAR: half the channels, ReLU, no dropout. */
    static MobileNetV2 cifarHalf(Frame frame) {
        Layer stem = Blocks.convNormRelu(frame.at("conv1"), 0, spec(frame.channels(), STEM / 2, 3, 2));
        List<Layer> rows = rows(1, 2, (row, index, number, size) -> {
            return InvertedResidual.flat(frame.at("blocks." + row + "." + index + ".conv"), size);
        });
        Layer head = Blocks.convNormRelu(frame.at("conv2"), 0, pointwise(320 / 2, HEAD));
        return new MobileNetV2(stem, rows, head, linear(frame.at("classifier.0"), frame.classes()));
    }

    /** torchvision's {@code mobilenet_v2}. */
    static MobileNetV2 imageNet(Frame frame) {
        StateDict features = frame.at("features");
        Layer stem = InvertedResidual.convNormRelu6(features.at("0"), spec(frame.channels(), STEM, 3, 2));
        List<Layer> rows = rows(2, 1, (row, index, number, size) -> {
            return InvertedResidual.nested(features.at(number + ".conv"), size);
        });
        Layer head = InvertedResidual.convNormRelu6(features.at("18"), pointwise(320, HEAD));
        Layer linear = linear(frame.at("classifier.1"), frame.classes());
        return new MobileNetV2(stem, rows, head, Layer.sequence(List.of(Layer.dropout(DROPOUT), linear)));
    }

    /** Table 2; for CIFAR the second row keeps the image's size. */
    private static List<Row> table(int secondStride) {
        return List.of(
                new Row(1, 16, 1, 1),
                new Row(6, 24, 2, secondStride),
                new Row(6, 32, 3, 2),
                new Row(6, 64, 4, 2),
                new Row(6, 96, 3, 1),
                new Row(6, 160, 3, 2),
                new Row(6, 320, 1, 1));
    }

    private static List<Layer> rows(int secondStride, int divisor, Block block) {
        List<Layer> rows = new ArrayList<>();
        int in = STEM / divisor;
        int number = 0;
        for (Row row : table(secondStride)) {
            List<Layer> blocks = new ArrayList<>();
            int out = row.channels() / divisor;
            for (int i = 0; i < row.blocks(); i++) {
                Size size = new Size(in, out, row.expansion(), i == 0 ? row.stride() : 1);
                blocks.add(block.make(rows.size(), i, ++number, size));
                in = out;
            }
            rows.add(Layer.sequence(blocks));
        }
        return rows;
    }

    private static Layer linear(StateDict state, int classes) {
        return new Linear(state, HEAD, classes, Init.normal(0.01), Init.ZERO);
    }

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        Tensor x = Blocks.tapped(stages, mode.tap("stem", stem.forward(images, mode)), mode);
        return Blocks.classified(classifier, head.forward(x, mode), mode);
    }
}
