package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.models.Frame;
import io.github.deepkd.models.Models;
import io.github.deepkd.nn.BatchNorm2d;
import io.github.deepkd.nn.Conv2d;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Linear;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of one's own, registered in one line of one's own main; in a process of its own, for names stay taken. */
class OwnModelTest {

    @TempDir
    private Path folder;

    /** One convolution and a classifier. */
    static final class TinyNet implements Layer {

        private final Layer body;
        private final Layer classifier;

        TinyNet(Frame frame) {
            body = Layer.sequence(List.of(
                    new Conv2d(frame.at("conv1"), Conv2d.spec(frame.channels(), 4, 3, 2)),
                    new BatchNorm2d(frame.at("bn1"), 4),
                    Layer.RELU));
            classifier = new Linear(frame.at("fc"), 4, frame.classes());
        }

        @Override
        public Tensor forward(Tensor images, Mode mode) {
            return classifier.forward(Torch.globalAveragePool(body.forward(images, mode)), mode);
        }
    }

    static final class OwnMain {
        public static void main(String[] arguments) {
            Models.register("tinynet", "a test's", 12, TinyNet::new);
            Main.main(OwnMain.class, arguments);
        }
    }

    @Test
    void everyProcessOfAComparisonKnowsTheModel() throws Exception {
        TinyRun.prepare(folder);
        Path output = folder.resolve("comparison");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), OwnMain.class.getName()));
        line.addAll(List.of("compare", "quickstart", "--variants", "alone", "--seeds", "1", "--epochs", "1"));
        line.addAll(List.of("--set", "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}}"));
        line.addAll(List.of("--set", "data.directory=" + folder, "--set", "student.model=tinynet"));
        line.addAll(List.of("--output", output.toString()));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        assertThat(output.resolve("alone/seed-1/student.safetensors")).isNotEmptyFile();
        assertThat(output.resolve("alone/seed-1/config.yaml")).content().contains("tinynet");
    }

    @Test
    void namesThatAreTakenOrNoneAreRefused() throws IOException {
        for (String name : new String[] {"resnet20", "", "with space", "../up"}) {
            assertThatThrownBy(() -> Models.register(name, "", 12, TinyNet::new))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + name + "' cannot be a model's name");
        }
    }
}
