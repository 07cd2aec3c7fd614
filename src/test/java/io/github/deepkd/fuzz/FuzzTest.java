package io.github.deepkd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.fuzz.FuzzRun.Outcome;
import io.github.deepkd.tensor.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever befalls a good file, its reader reads it or refuses it in one sentence that names it: it never throws
 * anything else, crashes, hangs or takes more than 512 MB. The long form, as in docs/reliability.md:
 *
 * <pre>mvn -B -ntp -Dtest=FuzzTest -Dfuzz.inputs=10000 test</pre>
 *
 * {@code -Dfuzz.reader} picks one reader or more, with commas between them, and {@code -Dfuzz.first} the number of the first mutation: a failure names both.
 */
final class FuzzTest {

    private static final long INPUTS = Long.getLong("fuzz.inputs", 250);
    private static final long FIRST = Long.getLong("fuzz.first", 0);
    private static final List<String> ONLY =
            Arrays.asList(System.getProperty("fuzz.reader", "").split(",", -1));

    /** Generous, for machines that are busy with other things; reading such a file takes milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @BeforeAll
    static void tellWhatCannotBeMeasured() {
        if (NativeMemory.peak().isEmpty()) {
            System.out.println("FuzzTest: NOT MEASURED: this system does not tell the most memory that was taken");
        }
    }

    static List<FuzzedReader> readers() {
        return FuzzedReaders.all();
    }

    @ParameterizedTest
    @MethodSource("readers")
    void mutatedFilesAreReadOrRefusedInASentence(FuzzedReader reader) throws IOException {
        assumeTrue(ONLY.contains("") || ONLY.contains(reader.name()));

        Outcome outcome = FuzzRun.of(reader, folder, FIRST, INPUTS, PATIENCE);

        System.out.println("FuzzTest: " + outcome);
        assertThat(outcome.findings()).isEmpty();
        assertThat(outcome.read() + outcome.refused()).isEqualTo(INPUTS);
    }
}
