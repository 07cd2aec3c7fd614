package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The data sets of their code that deepkd prepares as they do, with the names of their networks. */
enum Dataset {
    CIFAR100(100) {
        @Override
        Map<String, Object> recipe() {
            return Translation.kind("cifar100");
        }
    },
    IMAGENET(1000) {
        @Override
        Map<String, Object> recipe() {
            Map<String, Object> folder = Translation.kind("folder");
            folder.put("size", 224);
            folder.put("augmentation", Translation.kind("resized-crop"));
            return folder;
        }
    };

    private static final Map<String, String> IMAGENET_MODELS = Map.of(
            "ResNet18", "imagenet_resnet18",
            "ResNet34", "imagenet_resnet34",
            "ResNet50", "imagenet_resnet50",
            "ResNet101", "imagenet_resnet101",
            "MobileNetV1", "imagenet_mobilenet_v1",
            "MobileNetV2", "imagenet_mobilenet_v1");

    private final int classes;

    Dataset(int classes) {
        this.classes = classes;
    }

    static Dataset of(YacsFile file) {
        String name = file.text("DATASET.TYPE");
        return Arrays.stream(values())
                .filter(each -> each.key().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInput("DATASET.TYPE " + name
                        + " is not prepared by deepkd as their code does it; known: "
                        + String.join(
                                ", ", Arrays.stream(values()).map(Dataset::key).toList())));
    }

    private String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    int classes() {
        return classes;
    }

    /** The recipe's {@code data}, without the directory. */
    abstract Map<String, Object> recipe();

    /** The network that this key names, as deepkd calls it; those of CIFAR have the same names. */
    String model(YacsFile file, String key, List<String> notes) {
        String name = file.text(key);
        if (this == CIFAR100) {
            return name;
        }
        String model = IMAGENET_MODELS.get(name);
        if (model == null) {
            throw new BadInput(key + " " + name + " is none of the networks that their code has for ImageNet: "
                    + String.join(
                            ", ", IMAGENET_MODELS.keySet().stream().sorted().toList()));
        }
        if (name.equals("MobileNetV2")) {
            notes.add(key + " MobileNetV2 is MobileNet-V1, renamed, in their code for ImageNet: " + model);
        }
        return model;
    }
}
