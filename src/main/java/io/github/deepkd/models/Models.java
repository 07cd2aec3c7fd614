package io.github.deepkd.models;

import io.github.deepkd.BadInput;
import io.github.deepkd.models.ResidualBlock.Kind;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The registry of architectures: those for CIFAR under mdistiller's names, those for ImageNet with {@code imagenet_}
 * before torchvision's. Every one takes images of other sizes too, with one channel or three, and taps {@code stem},
 * {@code layer1}, {@code layer2} … (mdistiller's stages, in order) and {@code pooled}.
 */
public final class Models {

    private static final Pattern NAME = Pattern.compile("[\\w.+-]*\\w[\\w.+-]*");

    private static final String RESNET = "ResNet (He et al. 2016)";
    private static final String RESNET_V2 = "ResNet of ImageNet's layout, mdistiller's resnetv2";
    private static final String WIDE = "wide ResNet (Zagoruyko and Komodakis 2016)";
    private static final String VGG = "VGG with batch normalisation (Simonyan and Zisserman 2015)";
    private static final String TORCHVISION = "torchvision's ";

    /** In order; replaced as a whole when one is added. */
    private static volatile Map<String, Architecture> all = byName(List.of(
            cifar("resnet8", RESNET, frame -> ResNet.cifar(frame, 8, ResNet.THIN)),
            cifar("resnet14", RESNET, frame -> ResNet.cifar(frame, 14, ResNet.THIN)),
            cifar("resnet20", RESNET, frame -> ResNet.cifar(frame, 20, ResNet.THIN)),
            cifar("resnet32", RESNET, frame -> ResNet.cifar(frame, 32, ResNet.THIN)),
            cifar("resnet44", RESNET, frame -> ResNet.cifar(frame, 44, ResNet.THIN)),
            cifar("resnet56", RESNET, frame -> ResNet.cifar(frame, 56, ResNet.THIN)),
            cifar("resnet110", RESNET, frame -> ResNet.cifar(frame, 110, ResNet.THIN)),
            cifar("resnet8x4", RESNET + ", wide", frame -> ResNet.cifar(frame, 8, ResNet.WIDE)),
            cifar("resnet32x4", RESNET + ", wide", frame -> ResNet.cifar(frame, 32, ResNet.WIDE)),
            cifar("ResNet18", RESNET_V2, frame -> ResNet.cifarV2(frame, Kind.BASIC, 2, 2, 2, 2)),
            cifar("ResNet50", RESNET_V2, frame -> ResNet.cifarV2(frame, Kind.BOTTLENECK, 3, 4, 6, 3)),
            cifar("wrn_16_1", WIDE, frame -> new WideResNet(frame, 16, 1)),
            cifar("wrn_16_2", WIDE, frame -> new WideResNet(frame, 16, 2)),
            cifar("wrn_40_1", WIDE, frame -> new WideResNet(frame, 40, 1)),
            cifar("wrn_40_2", WIDE, frame -> new WideResNet(frame, 40, 2)),
            cifar("vgg8", VGG, frame -> new Vgg(frame, 1, 1, 1, 1, 1)),
            cifar("vgg11", VGG, frame -> new Vgg(frame, 1, 1, 2, 2, 2)),
            cifar("vgg13", VGG, frame -> new Vgg(frame, 2, 2, 2, 2, 2)),
            cifar("vgg16", VGG, frame -> new Vgg(frame, 2, 2, 3, 3, 3)),
            cifar("vgg19", VGG, frame -> new Vgg(frame, 2, 2, 4, 4, 4)),
            cifar("MobileNetV2", "MobileNetV2 (Sandler et al. 2018), half as wide", MobileNetV2::cifarHalf),
            cifar("ShuffleV1", "ShuffleNet (Zhang et al. 2018), 3 groups", ShuffleNetV1::new),
            cifar("ShuffleV2", "ShuffleNetV2 (Ma et al. 2018)", ShuffleNetV2::new),
            imageNet("resnet18", TORCHVISION, frame -> ResNet.imageNet(frame, Kind.BASIC, 2, 2, 2, 2)),
            imageNet("resnet34", TORCHVISION, frame -> ResNet.imageNet(frame, Kind.BASIC, 3, 4, 6, 3)),
            imageNet("resnet50", TORCHVISION, frame -> ResNet.imageNet(frame, Kind.BOTTLENECK, 3, 4, 6, 3)),
            imageNet("resnet101", TORCHVISION, frame -> ResNet.imageNet(frame, Kind.BOTTLENECK, 3, 4, 23, 3)),
            imageNet("mobilenet_v2", TORCHVISION, MobileNetV2::imageNet),
            imageNet("mobilenet_v1", "what mdistiller calls MobileNetV2 for ImageNet: ", MobileNetV1::new)));

    /** Makes a network whose tensors go into the frame's state. */
    @FunctionalInterface
    public interface Builder {
        Layer build(Frame frame);
    }

    /** A row. */
    private record Architecture(String name, String about, int imageSize, Builder builder) {}

    private Models() {}

    private static Architecture cifar(String name, String about, Builder builder) {
        return new Architecture(name, about, 32, builder);
    }

    private static Architecture imageNet(String name, String whose, Builder builder) {
        return new Architecture("imagenet_" + name, whose + name, 224, builder);
    }

    private static Map<String, Architecture> byName(List<Architecture> rows) {
        Map<String, Architecture> map = new LinkedHashMap<>();
        rows.forEach(row -> map.put(row.name(), row));
        return Collections.unmodifiableMap(map);
    }

    /**
     * Adds an architecture of your own, which recipes and commands of this process then know by its name.
     *
     * @param name as recipes write it: letters, digits, {@code _ . + -}
     * @param about what it is, for people
     * @param imageSize height and width of the images it was designed for
     * @param builder makes the layers and puts their tensors into the frame's state, under the names that files of weights
     *     have; it must build the same names and shapes each time
     * @throws IllegalArgumentException if the name is taken, or none
     */
    public static synchronized void register(String name, String about, int imageSize, Builder builder) {
        if (!NAME.matcher(name).matches() || all.containsKey(name)) {
            throw new IllegalArgumentException("'" + name
                    + "' cannot be a model's name: it is taken, or not made of letters," + " digits and _ . + - alone");
        }
        List<Architecture> rows = new ArrayList<>(all.values());
        rows.add(new Architecture(name, about, imageSize, builder));
        all = byName(rows);
    }

    public static List<String> names() {
        return List.copyOf(all.keySet());
    }

    /** What the network is, for people. */
    public static String description(String name) {
        return architecture(name).about();
    }

    /** Height and width of the images it was designed for. */
    public static int imageSize(String name) {
        return architecture(name).imageSize();
    }

    /** The number of trainable values, for images of three channels. */
    public static long parameters(String name, int classes) {
        StateDict state = StateDict.undrawn();
        architecture(name).builder().build(new Frame(state, 3, classes));
        return state.parameters();
    }

    /** The shape of every tensor by its name, in order. */
    public static Map<String, List<Long>> shapes(String name, int channels, int classes) {
        StateDict state = StateDict.undrawn();
        architecture(name).builder().build(new Frame(state, channels, classes));
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        state.tensors()
                .forEach((tensor, values) -> shapes.put(
                        tensor, Arrays.stream(Torch.shape(values)).boxed().toList()));
        return shapes;
    }

    /**
     * A network with fresh weights, drawn from libtorch's generator.
     *
     * @param channels of the images, 1 or 3
     */
    public static Model create(String name, int channels, int classes, Precision precision) {
        Builder builder = architecture(name).builder();
        StateDict state = new StateDict(precision);
        return new Model(name, state, builder.build(new Frame(state, channels, classes)));
    }

    private static Architecture architecture(String name) {
        Architecture architecture = all.get(name);
        if (architecture == null) {
            throw new BadInput("there is no model '" + name + "'; known: " + String.join(", ", names()));
        }
        return architecture;
    }
}
