package io.github.deepkd.mdistiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.mdistiller.Mend.Cause;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YacsTest {

    @Test
    void whatTheFileLeavesOutHasItsDefault() {
        YacsFile file = merge("SOLVER: {LR: 0.1}");
        assertThat(file.number("SOLVER.LR")).isEqualTo(0.1);
        assertThat(file.number("SOLVER.MOMENTUM")).isEqualTo(0.9);
        assertThat(file.text("DISTILLER.TYPE")).isEqualTo("NONE");
        assertThat(file.mends()).isEmpty();
    }

    @Test
    void deepKdsCodeHasOtherDefaultsThanMdistiller() {
        assertThat(merge("SOLVER: {LR: 0.1}").whole("SOLVER.EPOCHS")).isEqualTo(240);
        YacsFile file = merge("SOLVER: {TRAINER: deepkd}");
        assertThat(file.whole("SOLVER.EPOCHS")).isEqualTo(90);
        assertThat(file.list("SOLVER.LR_DECAY_STAGES")).isEqualTo(List.of(30, 50, 70));
    }

    @ParameterizedTest
    @CsvSource({
        "'SOLVER: {EPOCS: 9}', unknown key SOLVER.EPOCS; known there: TRAINER",
        "'method: kd', unknown key method; the sections are EXPERIMENT",
        "'KD: {LOSS: 0.5}', KD.LOSS must be a section of keys",
        "'KD: {TEMPERATURE: {A: 1}}', 'KD.TEMPERATURE must be a whole number, found a section'",
        "'SOLVER: {LR: }', 'SOLVER.LR must be a number with a point, found nothing'",
        "'SOLVER: {LR: fast}', 'SOLVER.LR must be a number with a point, found ''fast'''",
        "'SOLVER: {LR: .nan}', SOLVER.LR must be a number",
        "'SOLVER: {LR: True}', SOLVER.LR must be a number",
        "'SOLVER: {LR_COS: 1}', SOLVER.LR_COS must be True or False",
        "'SOLVER: {LR_DECAY_STAGES: 30}', SOLVER.LR_DECAY_STAGES must be a list",
        "'SOLVER: {LR_COS: True, LR_POLICY: True}', SOLVER.LR_POLICY is an earlier name of LR_COS",
        "'SOLVER: {LR: 0.1, LR: 0.2}', duplicate key LR",
        "'SOLVER: [1', 'YAML, line 1'",
        "'- 1', expected a mapping",
        "'1: {A: 2}', key 1 is not text"
    })
    void whatCannotBeUsedIsNamed(String yaml, String message) {
        assertThatThrownBy(() -> merge(yaml)).isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    @Test
    void anEpochCountWithAFractionIsRefused() {
        YacsFile file = merge("SOLVER: {EPOCHS: 2.5}");
        assertThatThrownBy(() -> file.whole("SOLVER.EPOCHS"))
                .isInstanceOf(BadInput.class)
                .hasMessage("SOLVER.EPOCHS must be a whole number, found 2.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'5e-4'", "5e-4", "0.0005", "\"0.0005\""})
    void aNumberIsANumberHoweverItIsSpelt(String spelling) {
        YacsFile file = merge("SOLVER: {WEIGHT_DECAY: " + spelling + "}");
        assertThat(file.number("SOLVER.WEIGHT_DECAY")).isEqualTo(5e-4);
        assertThat(file.mends()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "true", "'True'", "yes", "on"})
    void aTruthValueIsOneHoweverItIsSpelt(String spelling) {
        assertThat(merge("SOLVER: {LR_COS: " + spelling + "}").truth("SOLVER.LR_COS"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'SOLVER: {LR: 1}', TYPE, SOLVER.LR is 1",
        "'KD: {TEMPERATURE: 2.0}', TYPE, KD.TEMPERATURE is 2.0",
        "'LOG:', TYPE, LOG is empty",
        "'LOG: {EVERY: 7}', KEY, LOG.EVERY is unknown and left out",
        "'SOLVER: {LR_POLICY: True}', KEY, SOLVER.LR_POLICY is read as LR_COS",
        "'SOLVER: {DKDOT: {DKD: True}}', KEY, SOLVER.DKDOT is read as DEEPKD",
        "'SOLVER: {DEEPKD: {DELTA_TASK: 0.05}}', KEY, SOLVER.DEEPKD.DELTA_TASK is read as DELTA_TOG"
    })
    void whatYacsRefusesAndIsPlainIsMended(String yaml, Cause cause, String text) {
        List<Mend> mends = merge(yaml).mends();
        assertThat(mends).singleElement().satisfies(mend -> {
            assertThat(mend.cause()).isEqualTo(cause);
            assertThat(mend.text()).startsWith(text);
        });
    }

    @Test
    void earlierNamesLeadToTheirPresentKeys() {
        YacsFile file = merge("SOLVER: {LR_POLICY: True, DKDOT: {TOPK: 7, DELTA_TASK: 0.1, DELTA_TCKD: -0.2}}");
        assertThat(file.truth("SOLVER.LR_COS")).isTrue();
        assertThat(file.whole("SOLVER.DEEPKD.TOPK")).isEqualTo(7);
        assertThat(file.number("SOLVER.DEEPKD.DELTA_TOG")).isEqualTo(0.1);
        assertThat(file.number("SOLVER.DEEPKD.DELTA_TCG")).isEqualTo(-0.2);
    }

    @Test
    void sectionsOfMethodsThatDeepkdDoesNotHaveAreNotLookedInto() {
        YacsFile file = merge("CRD: {FEAT: {DIM: 128}}");
        assertThat(file.mends()).isEmpty();
        assertThat(file.unread()).containsOnlyKeys("CRD");
    }

    @Test
    void whatNobodyAskedForIsTold() {
        YacsFile file = merge("SOLVER: {LR: 0.1, EPOCHS: 3}");
        file.number("SOLVER.LR");
        assertThat(file.unread()).containsExactly(Map.entry("SOLVER.EPOCHS", 3));
    }

    private static YacsFile merge(String yaml) {
        return Yacs.merge("YAML", yaml);
    }
}
