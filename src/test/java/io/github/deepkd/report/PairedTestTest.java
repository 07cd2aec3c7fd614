package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedTestTest {

    /** Student's own example (Biometrika 1908): hours of sleep gained by ten patients under two drugs. */
    private static final double[] ONE = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    private static final double[] OTHER = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    @Test
    void studentsExampleGivesTheNumbersOfTheTextbooks() {
        PairedTest test = PairedTest.of(ONE, OTHER);
        assertThat(test.difference().n()).isEqualTo(10);
        assertThat(test.difference().mean()).isCloseTo(1.58, within(1e-12));
        assertThat(test.t()).isCloseTo(4.0621, within(5e-5));
        assertThat(test.p()).isCloseTo(0.002833, within(5e-7));
        assertThat(test.difference().low()).isCloseTo(0.7001142, within(5e-8));
        assertThat(test.difference().high()).isCloseTo(2.4598858, within(5e-8));
    }

    @Test
    void theOtherWayRoundTheSignChangesAndNothingElse() {
        PairedTest test = PairedTest.of(OTHER, ONE);
        assertThat(test.t()).isCloseTo(-4.0621, within(5e-5));
        assertThat(test.p()).isCloseTo(0.002833, within(5e-7));
    }

    @Test
    void onePairHasADifferenceAndNoTest() {
        PairedTest test = PairedTest.of(new double[] {40}, new double[] {42});
        assertThat(test.difference()).isEqualTo(new Spread(1, 2, null, null));
        assertThat(test.t()).isNull();
        assertThat(test.p()).isNull();
    }

    @Test
    void equalDifferencesHaveNoTest() {
        PairedTest test = PairedTest.of(new double[] {1, 2, 4}, new double[] {2, 3, 5});
        assertThat(test.difference().std()).isZero();
        assertThat(test.p()).isNull();
    }

    @Test
    void theStandardDeviationHasOneLessThanNInItsDenominator() {
        Spread spread = Spread.of(1, 2, 3);
        assertThat(spread.mean()).isEqualTo(2);
        assertThat(spread.std()).isCloseTo(1, within(1e-12));
        assertThat(spread.margin()).isCloseTo(4.302653 / Math.sqrt(3), within(1e-6)); // t of 2 degrees of freedom
    }

    @Test
    void equalNumbersHaveNoSpreadWhateverTheirRounding() {
        assertThat(Spread.of(0.1, 0.1, 0.1).std()).isZero();
    }
}
