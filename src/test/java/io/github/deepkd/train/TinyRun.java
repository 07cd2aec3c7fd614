package io.github.deepkd.train;

import io.github.deepkd.config.Yaml;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** Runs of a second or less: 80 training and 30 test images of 12x12 in ten classes, resnet8 teaching resnet8. */
public final class TinyRun {

    public static final int TRAIN = 80;

    private TinyRun() {}

    /** Writes data and a teacher into {@code folder} and returns the configuration of a run on them. */
    public static RunConfig prepare(Path folder, String... settings) {
        try {
            writeImages(folder, "train", TRAIN);
            writeImages(folder, "t10k", 30);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path teacher = folder.resolve("teacher.safetensors");
        try (TensorScope scope = TensorScope.open()) {
            Torch.manualSeed(99);
            Model model = Models.create("resnet8", 1, 10, Precision.FLOAT32);
            Safetensors.write(teacher, model.tensors(), Map.of());
        }
        RunConfig config = RunConfig.DEFAULTS;
        for (String line : new String[] {
            "data={kind: idx, augmentation: {padding: 1, flip: true}, normalization: {mean: [0.5], std: [0.25]}}",
            "data.directory=" + folder,
            "teacher={model: resnet8, weights: '" + teacher + "'}",
            "student.model=resnet8",
            "epochs=2",
            "batch-size=32",
            "log-every=1",
            "threads=1"
        }) {
            config = with(config, line);
        }
        for (String line : settings) {
            config = with(config, line);
        }
        return config;
    }

    static RunConfig with(RunConfig config, String setting) {
        int equals = setting.indexOf('=');
        return RunConfig.BINDER.bind(
                config, Yaml.overlay(setting.substring(0, equals), Yaml.parseValue(setting.substring(equals + 1))));
    }

    private static void writeImages(Path folder, String split, int count) throws IOException {
        Random random = new Random(split.hashCode());
        try (DataOutputStream images = open(folder.resolve(split + "-images-idx3-ubyte"));
                DataOutputStream labels = open(folder.resolve(split + "-labels-idx1-ubyte"))) {
            for (int value : new int[] {0x803, count, 12, 12}) {
                images.writeInt(value);
            }
            labels.writeInt(0x801);
            labels.writeInt(count);
            byte[] pixels = new byte[144];
            for (int i = 0; i < count; i++) {
                random.nextBytes(pixels);
                images.write(pixels);
                labels.writeByte(i % 10);
            }
        }
    }

    private static DataOutputStream open(Path file) throws IOException {
        return new DataOutputStream(Files.newOutputStream(file));
    }
}
