package io.github.deepkd.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.report.RunEvent;
import io.github.deepkd.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {

    private static final Path SOURCES = Path.of("src");

    @TempDir
    private Path folder;

    /** The body between the braces is the Javadoc's, to the letter; see below. */
    private static void snippet(Path folder) {
        Distillation kd = Distillation.recipe("quickstart:deepkd") // data and a teacher that come with deepkd
                .with("student.model", "resnet8")
                .with("data.train-limit", 500)
                .with("epochs", 2);
        Trained student = kd.train(folder);
        System.out.printf("%.2f %% top-1, weights in %s%n", student.top1(), student.weights());
    }

    @Test
    void theFirstScreenOfJavadocDistilsAStudent() throws IOException {
        Path run = folder.resolve("run");
        snippet(run);
        assertThat(run.resolve("student.safetensors")).isNotEmptyFile();
        assertThat(run.resolve("events.jsonl")).content().contains("run-finished");

        String compiled = text(
                "test/java/io/github/deepkd/api/DistillationTest.java",
                "private static void snippet\\(Path folder\\) \\{\\n(.*?)\\n    \\}");
        String shown =
                text("main/java/io/github/deepkd/api/Distillation.java", "<pre>\\{@code\\n(.*?)\\n \\* \\}</pre>");
        assertThat(shown.replaceAll("(?m)^ \\* ?", "")).isEqualTo(compiled.replaceAll("(?m)^ {8}", ""));
        assertThat(shown.lines().count()).isLessThanOrEqualTo(10);
    }

    private static String text(String file, String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(SOURCES.resolve(file)));
        assertThat(found.find()).as(file).isTrue();
        return found.group(1);
    }

    @Test
    void aRunIsHeardOfAndGoesOn() {
        TinyRun.prepare(folder);
        Distillation kd = Distillation.recipe("quickstart:alone")
                .with("data.kind", "idx")
                .with("data.directory", folder)
                .with("student.model", "resnet8")
                .with("learning-rate", "steps")
                .with("epochs", 1);
        Path run = folder.resolve("run");
        kd.train(run);
        List<RunEvent> heard = new ArrayList<>();

        Trained trained = kd.with("epochs", 2).resume(run, heard::add);

        assertThat(heard).hasAtLeastOneElementOfType(RunEvent.RunResumed.class);
        assertThat(heard.get(heard.size() - 1)).isInstanceOf(RunEvent.RunFinished.class);
        assertThat(trained.bestTop1()).isGreaterThanOrEqualTo(trained.top1());
        assertThat(trained.folder()).isEqualTo(run);
    }

    @Test
    void slipsAreBadInput() {
        assertThatThrownBy(() -> Distillation.recipe("quickstart:deepkd").with("epoch", 3))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("unknown key 'epoch'");
        assertThatThrownBy(() -> Distillation.recipe("no-such-recipe")).isInstanceOf(BadInput.class);
    }
}
