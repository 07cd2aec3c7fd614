package io.github.deepkd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.page.SampleRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

    @TempDir
    private Path folder;

    private String report(String... more) throws IOException {
        CommandResult result =
                CommandResult.of(Stream.concat(Stream.of("report", folder.toString()), Arrays.stream(more))
                        .toList());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(folder.resolve("report.png")).exists();
        String html = Files.readString(folder.resolve("report.html"));
        return html.substring(html.indexOf("<main"), html.indexOf("</main>"));
    }

    @Test
    void seedsAreTakenTogetherAndHeldAgainstTheRunsWithoutATeacher() throws IOException {
        for (int seed : new int[] {1, 2, 3}) {
            SampleRun.begin(folder.resolve("kd/seed-" + seed), "pair:kd", seed, "kd")
                    .epoch(1, 50)
                    .epoch(2, 88 + seed)
                    .finish();
            SampleRun.begin(folder.resolve("alone/seed-" + seed), "pair:alone", seed, "none")
                    .epoch(1, 50)
                    .epoch(2, 87 + seed + seed % 2)
                    .finish();
        }
        assertThat(report())
                .contains("pair:kd has 90.00 ± 1.00 % (mean ± standard deviation of 3 seeds) top-1; its teacher has"
                        + " 92.50 %, 2.50 points more. That is 0.33 points above pair:alone over 3 shared seeds")
                .contains("pair:alone has 89.67 ± ")
                .contains("<th scope=\"row\">method.kind</th>")
                .contains("1,000 (25 % of the teacher&#39;s)")
                .doesNotContain("<h3>GSNR");
    }

    @Test
    void whatWasMeasuredIsShownWithItsTableAndTextIsEscaped() throws IOException {
        SampleRun.begin(folder.resolve("r"), "a<script>b", 1, "kd")
                .epoch(1, 50)
                .measured(1)
                .epoch(2, 60)
                .measured(2)
                .tell("{\"event\":\"momenta\",\"epoch\":2,\"step\":6,\"momenta\":{\"task\":0.96}}")
                .tell("{\"event\":\"unheard-of\",\"epoch\":2}")
                .tell("{\"event\":\"warning\",\"epoch\":2,\"what\":\"<img src=x>\"}");
        assertThat(report())
                .contains("<h3>GSNR</h3>", "<h3>Cosine between components</h3>", "<h3>Momentum</h3>")
                .contains("non-target goes from 0.0678 to 0.0678", "<th scope=\"row\">conv1.weight</th><td>0.05</td>")
                .contains("<td class=\"text\">boot</td><td class=\"text\">&lt;b&gt;shirt&lt;/b&gt;</td><td>12</td>")
                .contains("<td>95.0</td><td>81.0</td><td>-14.0</td>")
                .contains("a&lt;script&gt;b has 60.00 % top-1 so far")
                .contains("deepkd train r.yaml --threads 2 --output runs/r")
                .contains("Warning: epoch 2: &lt;img src")
                .doesNotContain("<script>b", "<img");
    }

    @Test
    void imagesOfTheDataAreShownOnRequest() throws IOException {
        SampleRun.begin(folder.resolve("r"), "pair:kd", 1, "kd").epoch(1, 50).measured(1);
        assertThat(report("--images")).contains("<img src=\"data:image/png;base64,");
    }

    @Test
    void aReportIsWholeInItselfAndItsPolicyForbidsTheNetwork() throws IOException {
        SampleRun.begin(folder.resolve("r"), "pair:kd", 1, "kd").epoch(1, 50).finish();
        report();
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("default-src 'none'; img-src data:;", "connect-src 'none'")
                .doesNotContainPattern("(src|href)=\"(https?:|//)")
                .contains("uPlot");
    }

    @Test
    void epochsThatAResumedRunDidAgainCountOnce() throws IOException {
        SampleRun.begin(folder.resolve("r"), "pair:kd", 1, "kd")
                .epoch(1, 50)
                .epoch(2, 99)
                .step(3, 5, 0.1234)
                .tell("{\"event\":\"run-resumed\",\"epoch\":1,\"step\":0,\"checkpoint\":\"epoch-0001\"}")
                .epoch(2, 60);
        assertThat(report()).contains("pair:kd has 60.00 %").doesNotContain("99.00", "<th scope=\"row\">2.5</th>");
    }

    @Test
    void whatIsNoRunIsToldInOneSentence() throws IOException {
        refused("there is no run in", "report", folder.toString());
        refused("is no folder", "report", folder.resolve("no").toString());
        Files.writeString(folder.resolve("config.yaml"), "");
        Files.writeString(folder.resolve("events.jsonl"), "");
        refused("tells of no run", "report", folder.toString());
        refused("--output", "report", folder.toString(), folder.toString());
    }

    private static void refused(String why, String... line) {
        CommandResult result = CommandResult.of(line);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains(why).doesNotContain("Exception");
    }
}
