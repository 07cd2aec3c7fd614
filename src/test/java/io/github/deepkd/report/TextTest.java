package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "59.4, 59 s",
        "59.6, 1 min 0 s",
        "200, 3 min 20 s",
        "3599.6, 1 h 0 min",
        "4321, 1 h 12 min",
        "100000, 27 h 46 min",
        "Infinity, ?",
        "NaN, ?"
    })
    void durationsHaveTheirTwoLargestUnits(double seconds, String text) {
        assertThat(Text.duration(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0.05", "5e-4, 0.0005", "0.123456, 0.123", "1, 1", "0, 0", "240, 240", "NaN, NaN"})
    void numbersArePlain(double number, String text) {
        assertThat(Text.plain(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "999, 999 bytes", "1000, 1.0 kB", "1250000, 1.3 MB", "1234567890, 1.2 GB"})
    void sizesAreInPowersOfTen(long bytes, String text) {
        assertThat(Text.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void aTableAlignsItsNumbersRight() {
        TextTable table = new TextTable("", "top-1", "parameters")
                .row("teacher", "93.21", "1,234,567")
                .row("student alone", "8.10", "78,042");
        assertThat(table).hasToString("""
                                        top-1   parameters
                        ----------------------------------
                        teacher         93.21    1,234,567
                        student alone    8.10       78,042
                        """);
    }

    @Test
    void aRowWithACellTooManyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextTable("a", "b").row(1, 2, 3))
                .withMessage("expected 2 cells, found [1, 2, 3]");
    }
}
