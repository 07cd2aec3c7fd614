package com.example;

import io.github.deepkd.models.Frame;
import io.github.deepkd.nn.BatchNorm2d;
import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Three convolutions, a global average and a classifier; its tensors are named as PyTorch would name such modules. */
public final class TinyNet implements Layer {

    private final Layer features;
    private final Layer classifier;

    /** Puts its tensors into the frame. */
    public TinyNet(Frame frame) {
        features = Layer.sequence(
                List.of(block(frame, 1, frame.channels(), 16, 1), block(frame, 2, 16, 32, 2), block(frame, 3, 32, 64, 2)));
        classifier = new Linear(frame.at("fc"), 64, frame.classes());
    }

    private static Layer block(Frame frame, int number, int in, int out, int stride) {
        return Layer.sequence(List.of(
                new Conv2d(frame.at("conv" + number), Conv2d.spec(in, out, 3, stride)),
                new BatchNorm2d(frame.at("bn" + number), out),
                Layer.RELU));
    }

    /** Images [N, C, H, W] to logits [N, classes]. */
    @Override
    public Tensor forward(Tensor images, Mode mode) {
        return classifier.forward(Torch.globalAveragePool(features.forward(images, mode)), mode);
    }
}
