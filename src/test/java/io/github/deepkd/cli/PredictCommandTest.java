package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.train.TinyRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path run;
    private static Path images;
    private static Path bad;

    @BeforeAll
    static void trainAndExport() throws IOException {
        TinyRun.prepare(folder);
        run = folder.resolve("run");
        assertThat(CommandResult.of(
                                "train",
                                "quickstart:alone",
                                "--set",
                                "data={kind: idx, normalization: {mean: [0.5], std: [0.25]}, directory: '" + folder
                                        + "'}",
                                "--set",
                                "batch-size=32",
                                "--epochs=1",
                                "--output",
                                run.toString())
                        .exitCode())
                .isZero();
        for (String[] more : new String[][] {
            {}, {"--with-normalization", "--output", run.resolve("pixels").toString()}
        }) {
            List<String> line = new ArrayList<>(List.of("export", run.toString(), "--to", "onnx,safetensors"));
            line.addAll(Arrays.asList(more));
            assertThat(CommandResult.of(line).exitCode()).isZero();
        }
        images = Files.createDirectories(folder.resolve("images/inner"));
        image(images.resolve("b.png"), "png", 12, 12, BufferedImage.TYPE_BYTE_GRAY);
        image(images.resolve("a.jpg"), "jpg", 40, 30, BufferedImage.TYPE_INT_RGB);
        image(images.resolve("C.PNG"), "png", 15, 50, BufferedImage.TYPE_INT_ARGB);
        bad = Files.createDirectories(folder.resolve("bad"));
        Files.writeString(bad.resolve("notes.png"), "no image at all");
        image(bad.resolve("good.png"), "png", 20, 20, BufferedImage.TYPE_INT_RGB);
    }

    private static void image(Path file, String format, int width, int height, int type) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        Random random = new Random(width);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, 0xFF000000 | random.nextInt());
        }
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    }

    /** Libtorch from the run and from its export, ONNX Runtime with the normalisation outside and inside. */
    @Test
    void allFilesOfAStudentSayTheSameOfAFolder() throws IOException {
        List<JsonNode> said = new ArrayList<>();
        for (String student : List.of(
                "",
                "student.safetensors",
                "export/student.safetensors",
                "export/student.onnx",
                "pixels/student.onnx")) {
            said.add(JSON.readTree(predict(
                            run.resolve(student),
                            "--json",
                            "--top",
                            "3",
                            folder.resolve("images").toString())
                    .out()));
        }
        for (JsonNode each : said) {
            assertThat(each.get("images")).hasSize(3);
            assertThat(each.get("images_per_second").asDouble()).isPositive();
            for (int i = 0; i < 3; i++) {
                JsonNode expected = said.get(0).get("images").get(i);
                JsonNode found = each.get("images").get(i);
                assertThat(found.get("file").asText())
                        .isEqualTo(expected.get("file").asText());
                assertThat(found.get("classes")).hasSize(3);
                for (int k = 0; k < 3; k++) {
                    assertThat(found.at("/classes/" + k + "/name")).isEqualTo(expected.at("/classes/" + k + "/name"));
                    assertThat(found.at("/classes/" + k + "/probability").asDouble())
                            .isCloseTo(
                                    expected.at("/classes/" + k + "/probability")
                                            .asDouble(),
                                    org.assertj.core.data.Offset.offset(1e-5));
                }
            }
        }
        assertThat(said.get(4).get("engine").asText()).startsWith("ONNX Runtime");
    }

    @Test
    void thePlainAnswerHasALineAnImageAndTheThroughput() {
        CommandResult told = predict(
                run, images.resolve("a.jpg").toString(), images.resolve("b.png").toString());
        assertThat(told.exitCode()).as(told.err()).isZero();
        assertThat(told.out().lines()).hasSize(3);
        assertThat(told.out()).contains("a.jpg: ", " %, ", "2 images in ", " a second");
    }

    @Test
    void aFileThatIsNoImageIsRefusedOrNamedAndSkipped() throws IOException {
        refused(predict(run, bad.toString()), "notes.png", "--skip-bad");
        CommandResult skipped = predict(run, bad.toString(), "--skip-bad", "--json");
        assertThat(skipped.exitCode()).as(skipped.err()).isZero();
        assertThat(skipped.err().lines()).hasSize(1);
        assertThat(skipped.err()).contains("notes.png");
        JsonNode told = JSON.readTree(skipped.out());
        assertThat(told.get("images")).hasSize(1);
        assertThat(told.get("skipped")).hasSize(1);
    }

    @Test
    void whatIsNoStudentAndWhatIsNoImageIsToldInOneSentence() throws IOException {
        String image = images.resolve("a.jpg").toString();
        refused(predict(folder, image), "holds no trained student");
        refused(predict(folder.resolve("no.onnx"), image), "no.onnx does not exist");
        refused(predict(folder.resolve("teacher.safetensors"), image), "does not say what its images and classes are");
        Path broken = folder.resolve("broken.onnx");
        byte[] whole = Files.readAllBytes(run.resolve("export/student.onnx"));
        Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
        refused(predict(broken, image), "broken.onnx", "ONNX Runtime");
        refused(predict(run, folder.resolve("no.png").toString()), "no.png does not exist");
        refused(predict(run, Files.createDirectories(folder.resolve("empty")).toString()), "no images in");
        refused(predict(run, image, "--top", "0"), "--top");
        refused(predict(run, bad.resolve("notes.png").toString(), "--skip-bad"), "none of the 1 files");
    }

    @Test
    void aFileThatNamesMoreOrFewerClassesThanItTellsApartIsRefused() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(run.resolve("export/student.onnx"))).toBuilder();
        model.getMetadataPropsBuilderList().stream()
                .filter(entry -> entry.getKey().equals("class_names"))
                .forEach(entry -> entry.setValue("[\"cat\", \"dog\"]"));
        Path two = Files.write(folder.resolve("two.onnx"), model.build().toByteArray());

        refused(predict(two, images.resolve("a.jpg").toString()), "[1, 10]", "names 2 classes");
    }

    private static CommandResult predict(Path student, String... more) {
        List<String> line = new ArrayList<>(List.of("predict", student.toString()));
        line.addAll(Arrays.asList(more));
        return CommandResult.of(line);
    }

    private static void refused(CommandResult result, String... named) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).contains(named).doesNotContain("Exception");
    }
}
