package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.config.Recipe;
import io.github.deepkd.config.Recipes;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.report.Reporter;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe that comes with deepkd trains two steps, on made-up images and with a teacher that knows nothing. */
class ShippedRecipesTest {

    private static final int TRAIN = 4;
    private static final int BATCH = 2;

    @TempDir
    private static Path folder;

    /** The quickstart's own test trains that one. */
    static List<String> recipes() {
        return Recipes.shipped().list().stream()
                .map(Recipe::name)
                .filter(name -> !name.startsWith("quickstart"))
                .toList();
    }

    @BeforeAll
    static void makeImages() throws IOException {
        Random random = new Random(1);
        for (String split : List.of("train", "test")) {
            byte[] records = new byte[TRAIN * (2 + 3 * 32 * 32)];
            random.nextBytes(records);
            for (int i = 0; i < TRAIN; i++) {
                records[i * (2 + 3 * 32 * 32) + 1] = (byte) (25 * i); // the fine label
            }
            Files.write(Files.createDirectories(folder.resolve("cifar100")).resolve(split + ".bin"), records);
        }
        for (String name : List.of("train/a/1", "train/a/2", "train/b/1", "train/b/2", "val/a/1", "val/b/1")) {
            Path file = folder.resolve("imagenet").resolve(name + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void trainsTwoSteps(String name) {
        RunConfig config = RunConfig.of(Recipes.shipped().resolve(name));
        boolean imagenet = config.data().kind().equals("folder");
        config = with(config, "data.directory=" + folder.resolve(imagenet ? "imagenet" : "cifar100"));
        config = with(config, "{data: {train-limit: null}, epochs: 1, batch-size: " + BATCH + ", threads: 1}");
        if (imagenet) {
            config = with(config, "data.size=64"); // as deep as 224, in a tenth of the time
        }
        if (config.method().needsTeacher()) {
            config = with(config, "teacher.weights=" + teacher(config.teacher().model(), imagenet ? 2 : 100));
        }
        RunFolder run = RunFolder.create(folder.resolve(name.replaceAll("\\W", "-")));
        try (Reporter events = new JsonLines(run.events())) {
            Run.train(with(config, "log-every=1"), name, run, events);
        }
        assertThat(JsonLines.read(run.events()))
                .filteredOn(event -> event.get("event").asText().equals("step"))
                .hasSize(TRAIN / BATCH)
                .allSatisfy(step -> assertThat(step.get("loss").asDouble()).isFinite());
    }

    private static Path teacher(String model, int classes) {
        Path file = folder.resolve(model + "-" + classes + ".safetensors");
        if (!Files.exists(file)) {
            try (TensorScope scope = TensorScope.open()) {
                Torch.manualSeed(1);
                Model teacher = Models.create(model, 3, classes, Precision.FLOAT32);
                Safetensors.write(file, teacher.tensors(), Map.of());
            }
        }
        return file;
    }

    private static RunConfig with(RunConfig config, String setting) {
        return setting.startsWith("{")
                ? RunConfig.BINDER.bind(config, Yaml.parse("the test", setting))
                : TinyRun.with(config, setting);
    }
}
