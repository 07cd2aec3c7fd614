package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    private static final int BLUE = 0x0072B2;
    private static final int VERMILLION = 0xD55E00;

    @TempDir
    private Path folder;

    private static ComparedRun run(String variant, long seed, double last) {
        return new ComparedRun(variant, seed, new Score(last + 1, 3, last, last - 1, 10), "abc", 69.5);
    }

    /** Of kd two points more than alone at every seed, give or take a half; one seed is missing. */
    private static Comparison comparison() {
        List<ComparedRun> runs = new ArrayList<>(List.of(run("kd", 2, 43.5), run("kd", 1, 41.5)));
        runs.addAll(List.of(run("alone", 1, 40), run("alone", 2, 41), run("alone", 3, 45)));
        return new Comparison("pairs", List.of("alone", "kd"), runs);
    }

    @Test
    void aVariantIsHeldAgainstTheFirstOverTheSeedsThatBothHave() {
        PairedTest test = comparison().tests().get("kd").last();
        assertThat(test.difference().n()).isEqualTo(2);
        assertThat(test.difference().mean()).isCloseTo(2, within(1e-12)); // of 1.5 and 2.5
        assertThat(comparison().spreads().get("alone").last()).isEqualTo(Spread.of(40, 41, 45));
        assertThat(comparison().tests()).doesNotContainKey("alone");
    }

    @Test
    void theTableHasMeansAndSpreadsThenDifferencesWithIntervalAndP() {
        assertThat(ComparisonTable.of(comparison()).lines())
                .contains(
                        "        n   best top-1 %           last   mean of last 10",
                        "alone   3   43.00 ± 2.65   42.00 ± 2.65      41.00 ± 2.65",
                        "kd      2   43.50 ± 1.41   42.50 ± 1.41      41.50 ± 1.41")
                .anyMatch(line -> line.startsWith("minus alone   n "))
                .anyMatch(line -> line.startsWith("kd            2   +2.00 [-4.35, +8.35], p 0.156"))
                .anyMatch(line -> line.contains("paired t-test (two-sided, not corrected"));
    }

    @Test
    void oneSeedHasNoTestAndTheTableSaysWhy() {
        Comparison one =
                new Comparison("pairs", List.of("alone", "kd"), List.of(run("alone", 1, 40), run("kd", 1, 42)));
        assertThat(ComparisonTable.of(one))
                .contains("+2.00 ")
                .doesNotContain(", p ")
                .contains("no test: give more");
    }

    @Test
    void runsOfSeveralBuildsAreTold() {
        ComparedRun other = new ComparedRun("alone", 2, new Score(1, 1, 1, 1, 1), "def", null);
        Comparison mixed = new Comparison("pairs", List.of("alone"), List.of(run("alone", 1, 40), other));
        assertThat(ComparisonTable.of(mixed)).contains("several builds: abc, def");
    }

    @Test
    void theJsonHasEveryRunEverySpreadAndEveryTest() throws IOException {
        JsonNode json = new ObjectMapper().readTree(comparison().json());
        assertThat(json.at("/runs")).hasSize(5);
        assertThat(json.at("/runs/1/variant").asText()).isEqualTo("kd"); // by seed, then in the variants' order
        assertThat(json.at("/runs/1/last").asDouble()).isEqualTo(41.5);
        assertThat(json.at("/runs/1/teacher_top1").asDouble()).isEqualTo(69.5);
        assertThat(json.at("/top1/alone/best/std").asDouble()).isCloseTo(2.6458, within(1e-4));
        assertThat(json.at("/against_first/kd/last/difference/mean").asDouble()).isCloseTo(2, within(1e-12));
        assertThat(json.at("/against_first/kd/last/p").asDouble()).isCloseTo(0.156, within(1e-3));
        assertThat(json.at("/seeds")).hasSize(3);
    }

    @Test
    void thePictureHasADotForEveryRunAndAMeanForEveryVariant() throws IOException {
        Path png = folder.resolve("compare.png");
        ComparisonPicture.draw(png, comparison());
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isEqualTo(1600);
        assertThat(image.getHeight()).isEqualTo(700);
        for (int from : new int[] {0, 800}) {
            assertThat(pixels(image, from, BLUE)).isGreaterThan(100);
            assertThat(pixels(image, from, VERMILLION)).isGreaterThan(100);
        }
    }

    @Test
    void oneVariantOfOneSeedCanBeDrawn() throws IOException {
        Path png = folder.resolve("compare.png");
        ComparisonPicture.draw(png, new Comparison("pairs", List.of("alone"), List.of(run("alone", 1, 40))));
        assertThat(pixels(ImageIO.read(png.toFile()), 0, BLUE)).isGreaterThan(50);
    }

    private static long pixels(BufferedImage image, int from, int colour) {
        return IntStream.range(from, from + 800)
                .mapToLong(x -> IntStream.range(0, image.getHeight())
                        .filter(y -> (image.getRGB(x, y) & 0xFFFFFF) == colour)
                        .count())
                .sum();
    }
}
