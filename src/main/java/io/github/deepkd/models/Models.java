package io.github.deepkd.models;

import static java.util.Map.entry;

import io.github.deepkd.BadInput;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.StateDict;
import io.github.deepkd.tensor.Precision;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The registry of architectures, under mdistiller's names. */
public final class Models {

    /** Builds a network for images of {@code channels} and a number of classes. */
    @FunctionalInterface
    private interface Architecture {
        Layer build(StateDict state, int channels, int classes);
    }

    private static final Map<String, Architecture> ALL = inOrder(List.of(
            entry("resnet8", (s, channels, classes) -> new ResNet(s, channels, classes, 8, ResNet.THIN)),
            entry("resnet14", (s, channels, classes) -> new ResNet(s, channels, classes, 14, ResNet.THIN)),
            entry("resnet20", (s, channels, classes) -> new ResNet(s, channels, classes, 20, ResNet.THIN)),
            entry("resnet32", (s, channels, classes) -> new ResNet(s, channels, classes, 32, ResNet.THIN)),
            entry("resnet44", (s, channels, classes) -> new ResNet(s, channels, classes, 44, ResNet.THIN)),
            entry("resnet56", (s, channels, classes) -> new ResNet(s, channels, classes, 56, ResNet.THIN)),
            entry("resnet110", (s, channels, classes) -> new ResNet(s, channels, classes, 110, ResNet.THIN)),
            entry("resnet8x4", (s, channels, classes) -> new ResNet(s, channels, classes, 8, ResNet.WIDE)),
            entry("resnet32x4", (s, channels, classes) -> new ResNet(s, channels, classes, 32, ResNet.WIDE))));

    private Models() {}

    private static Map<String, Architecture> inOrder(List<Map.Entry<String, Architecture>> rows) {
        Map<String, Architecture> map = new LinkedHashMap<>();
        rows.forEach(row -> map.put(row.getKey(), row.getValue()));
        return Collections.unmodifiableMap(map);
    }

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * A network with fresh weights, drawn from libtorch's generator.
     *
     * @param channels of the images, 1 or 3
     */
    public static Model create(String name, int channels, int classes, Precision precision) {
        Architecture architecture = ALL.get(name);
        if (architecture == null) {
            throw new BadInput("there is no model '" + name + "'; known: " + String.join(", ", names()));
        }
        StateDict state = new StateDict(precision);
        return new Model(name, state, architecture.build(state, channels, classes));
    }
}
