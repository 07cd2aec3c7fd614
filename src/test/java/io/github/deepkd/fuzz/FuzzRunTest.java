package io.github.deepkd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.fuzz.FuzzRun.Outcome;
import io.github.deepkd.tensor.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fuzzing notices what it is there to notice. */
final class FuzzRunTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "throws, IllegalStateException: thrown",
        "names-no-file, a sentence without the file",
        "overflows, StackOverflowError",
        "runs-out-of-memory, OutOfMemoryError",
        "crashes, the process ended with 134",
        "hangs, it hangs"
    })
    void aReaderThatIsBrokenInThisWayIsFound(String reader, String finding) throws IOException {
        Outcome outcome = FuzzRun.of(FuzzedReaders.named(reader), folder, 3, 2, PATIENCE);

        assertThat(outcome.findings()).hasSize(2).allSatisfy(found -> assertThat(found)
                .contains("-Dfuzz.reader=" + reader, finding));
        assertThat(outcome.findings().get(1)).contains("-Dfuzz.first=4");
    }

    @Test
    void memoryBeyondTheLimitIsFoundWhereTheSystemTells() throws IOException {
        assumeTrue(NativeMemory.peak().isPresent());
        Outcome outcome = FuzzRun.of(FuzzedReaders.named("takes-native-memory"), folder, 3, 1, PATIENCE);

        assertThat(outcome.findings()).hasSize(1).allMatch(found -> found.contains("it took 6"));
    }
}
