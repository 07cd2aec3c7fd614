package io.github.deepkd.mdistiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.mdistiller.Mend.Cause;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Settings are written as {@code KEY: value} lines, a section to the line. */
class TranslatorTest {

    private static final String DELTAS = "DELTA_TOG: 0.06, DELTA_TCG: -0.05, DELTA_NCG: 0.04";

    @Test
    void plainKdKeepsItsWeightsAndOneMomentum() {
        Translation translation = translate("""
                DISTILLER: {TYPE: KD, TEACHER: resnet32x4, STUDENT: resnet8x4}
                SOLVER: {EPOCHS: 7, BATCH_SIZE: 32, LR: 0.1, LR_DECAY_STAGES: [3, 5], MOMENTUM: 0.8, WEIGHT_DECAY: 0.001}
                KD: {TEMPERATURE: 2, LOSS: {CE_WEIGHT: 0.3, KD_WEIGHT: 0.7}}
                LOG: {WANDB: False}
                """);
        assertThat(translation.recipe())
                .containsExactly(
                        entry("data", Map.of("kind", "cifar100")),
                        entry("teacher", Map.of("model", "resnet32x4")),
                        entry("student", Map.of("model", "resnet8x4")),
                        entry("method", map("{kind: kd, ce-weight: 0.3, kd-weight: 0.7, temperature: 2.0}")),
                        entry("momenta", map("{kind: joint, mu: 0.8}")),
                        entry("mask", "none"),
                        entry("standardize", false),
                        entry("semantics", "paper"),
                        entry("learning-rate", map("{kind: steps, start: 0.1, milestones: [3, 5], factor: 0.1}")),
                        entry("weight-decay", 0.001),
                        entry("batch-size", 32),
                        entry("epochs", 7));
        assertThat(translation.origin()).isEqualTo(Origin.MDISTILLER);
        assertThat(translation.mends()).isEmpty();
        assertThat(translation.unread()).containsOnlyKeys("LOG.WANDB");
    }

    @Test
    void deepKdsTrainersDoNotReadKdsWeight() {
        Translation translation = translate("DISTILLER: {TYPE: KD}", "SOLVER: {TRAINER: deepkd}", """
                KD: {LOSS: {CE_WEIGHT: 0.5, KD_WEIGHT: 0.5}}
                """);
        assertThat(method(translation)).isEqualTo(map("{kind: kd, ce-weight: 0.5, kd-weight: 1.0, temperature: 4.0}"));
        assertThat(translation.unread()).containsOnlyKeys("KD.LOSS.KD_WEIGHT");
        assertThat(translation.origin()).isEqualTo(Origin.DEEPKD);
    }

    @Test
    void kdWithDkdSwitchedOnIsDkdWithTheNumbersOfDeepKdsSection() {
        Translation translation = translate(
                "DISTILLER: {TYPE: KD}",
                "SOLVER: {TRAINER: deepkd, DEEPKD: {DKD: True, ALPHA: 0.5, BETA: 2.0, WARMUP_FACTOR: 3}}",
                "KD: {TEMPERATURE: 2, LOSS: {CE_WEIGHT: 0.5}}",
                "DKD: {BETA: 6.0}");
        assertThat(method(translation))
                .isEqualTo(map(
                        "{kind: dkd, ce-weight: 0.5, temperature: 2.0, alpha: 0.5, beta: 2.0, warm-up-epochs: 3.0}"));
        assertThat(translation.notes()).anyMatch(note -> note.startsWith("KD with SOLVER.DEEPKD.DKD True is DKD"));
        assertThat(translation.unread()).containsOnlyKeys("DKD.BETA");
    }

    @ParameterizedTest
    @CsvSource({"base, joint", "dot, dot", "deepkd, deepkd"})
    void dkdReadsItsOwnSectionUnderEveryTrainer(String trainer, String momenta) {
        Translation translation = translate(
                "DISTILLER: {TYPE: DKD}",
                "SOLVER: {TRAINER: " + trainer + ", DEEPKD: {BETA: 9.0}}",
                "DKD: {CE_WEIGHT: 0.5, ALPHA: 2.0, BETA: 3.0, T: 5.0, WARMUP: 6}");
        assertThat(method(translation))
                .isEqualTo(map(
                        "{kind: dkd, ce-weight: 0.5, alpha: 2.0, beta: 3.0, temperature: 5.0, warm-up-epochs: 6.0}"));
        assertThat(kind(translation, "momenta")).isEqualTo(momenta);
        assertThat(translation.unread()).containsOnlyKeys("SOLVER.DEEPKD.BETA");
    }

    @Test
    void mlkdTakesItsDivergenceFromDeepKdsSectionUnderDeepKdsTrainer() {
        String[] file = {"DISTILLER: {TYPE: MLKD}", "KD: {TEMPERATURE: 2, LOSS: {CE_WEIGHT: 0.5, KD_WEIGHT: 0.25}}"};
        String start = "kind: mlkd, ce-weight: 0.5, kd-weight: 0.25, temperature: 2.0, divergence: ";
        assertThat(method(translate(file, "SOLVER: {TRAINER: deepkd_aug, DEEPKD: {DKD: True, BETA: 2.0}}")))
                .isEqualTo(map("{" + start + "{kind: dkd, alpha: 1.0, beta: 2.0, warm-up-epochs: 20.0}}"));
        assertThat(method(translate(file, "SOLVER: {TRAINER: deepkd_aug, DEEPKD: {DKD: False, BETA: 2.0}}")))
                .isEqualTo(map("{" + start + "kd}"));
        assertThat(method(translate(file, "SOLVER: {TRAINER: aug, DEEPKD: {DKD: True, BETA: 2.0}}")))
                .isEqualTo(map("{" + start + "kd}"));
    }

    @Test
    void crldReadsItsSection() {
        Translation translation = translate(
                "DISTILLER: {TYPE: CRLD}",
                "SOLVER: {TRAINER: deepkd_aug, DEEPKD: {DKD: True, BETA: 0.5}}",
                "CRLD: {CE_WEIGHT: 3.0, WV_WEIGHT: 4.0, CV_WEIGHT: 5.0, TEMPERATURE: 6.0, TAU_W: 0.7, TAU_S: 0.8}");
        assertThat(method(translation)).isEqualTo(map("""
                {kind: crld, ce-weight: 3.0, wv-weight: 4.0, cv-weight: 5.0, temperature: 6.0, tau-w: 0.7, tau-s: 0.8,
                 divergence: {kind: dkd, alpha: 1.0, beta: 0.5, warm-up-epochs: 20.0}}
                """));
    }

    @Test
    void plainTrainingHasNoTeacher() {
        Translation translation =
                translate("DISTILLER: {TYPE: NONE, TEACHER: resnet56}", "EXPERIMENT: {LOGIT_STAND: True}");
        assertThat(method(translation)).isEqualTo(map("{kind: none}"));
        assertThat(translation.recipe()).doesNotContainKeys("teacher", "standardize");
        assertThat(translation.unread()).containsOnlyKeys("DISTILLER.TEACHER", "EXPERIMENT.LOGIT_STAND");
    }

    @Test
    void theDeltaOfTheTargetChangesItsSign() {
        String[] file = {"DISTILLER: {TYPE: KD}", "SOLVER: {TRAINER: deepkd, MOMENTUM: 0.8, DEEPKD: {" + DELTAS + "}}"};
        String deltas = ", mu: 0.8, delta-task: 0.06, delta-target: 0.05, delta-non-target: 0.04}";
        assertThat(translate(file).recipe()).containsEntry("momenta", map("{kind: deepkd" + deltas));
        assertThat(authors(file).recipe()).containsEntry("momenta", map("{kind: deepkd-authors" + deltas));
    }

    @Test
    void dotHasItsDelta() {
        Translation translation = translate("DISTILLER: {TYPE: KD}", "SOLVER: {TRAINER: dot, DOT: {DELTA: 0.09}}");
        assertThat(translation.recipe()).containsEntry("momenta", map("{kind: dot, mu: 0.9, delta: 0.09}"));
    }

    @ParameterizedTest
    @CsvSource({"DKD, deepkd, true, true", "CRLD, deepkd_aug, true, true", "KD, deepkd, true, false"})
    void theTopKReachesTheMethodsThatItReachesInTheirCode(
            String method, String trainer, boolean inPaper, boolean inTheirCode) {
        String[] file = {
            "DISTILLER: {TYPE: " + method + "}", "SOLVER: {TRAINER: " + trainer + ", DEEPKD: {DKD: True, TOPK: 20}}"
        };
        Object fixed = map("{kind: fixed, k: 20}");
        assertThat(translate(file).recipe().get("mask")).isEqualTo(inPaper ? fixed : "none");
        assertThat(authors(file).recipe().get("mask")).isEqualTo(inTheirCode ? fixed : "none");
    }

    @Test
    void aTopKOfAllClassesOrOfAPlainTrainerIsNoMask() {
        assertThat(translate("DISTILLER: {TYPE: DKD}", "SOLVER: {TRAINER: deepkd, DEEPKD: {TOPK: 100}}")
                        .recipe())
                .containsEntry("mask", "none");
        assertThat(translate("DISTILLER: {TYPE: DKD}", "SOLVER: {TRAINER: base, DEEPKD: {TOPK: 20}}")
                        .recipe())
                .containsEntry("mask", "none");
    }

    @ParameterizedTest
    @CsvSource({
        "KD, deepkd, true, true",
        "MLKD, deepkd_aug, true,",
        "MLKD, aug, true, true",
        "CRLD, deepkd_aug, true,",
        "CRLD, aug, true,"
    })
    void logitsAreStandardisedWhereTheirCodeDoesIt(String method, String trainer, Boolean paper, Boolean theirs) {
        String[] file = {
            "DISTILLER: {TYPE: " + method + "}", "SOLVER: {TRAINER: " + trainer + "}", "EXPERIMENT: {LOGIT_STAND: True}"
        };
        assertThat(translate(file).recipe().get("standardize")).isEqualTo(paper);
        assertThat(authors(file).recipe().get("standardize")).isEqualTo(theirs);
    }

    @Test
    void theAuthorsSemanticsAreThoseOfTheirDeepKdTrainersOnly() {
        assertThat(authors("DISTILLER: {TYPE: KD}", "SOLVER: {TRAINER: deepkd}").recipe())
                .containsEntry("semantics", "authors");
        Translation plain = authors("DISTILLER: {TYPE: KD}");
        assertThat(plain.recipe()).containsEntry("semantics", "paper");
        assertThat(plain.notes()).anyMatch(note -> note.contains("those of the papers"));
        assertThat(authors("DISTILLER: {TYPE: MLKD}", "SOLVER: {TRAINER: aug}").notes())
                .anyMatch(note -> note.contains("not reproduced"));
    }

    @Test
    void theirCosineIsOursByEpoch() {
        Translation translation = translate("SOLVER: {LR: 0.2, LR_COS: True, EPOCHS: 100, LR_DECAY_STAGES: [30]}");
        assertThat(translation.recipe()).containsEntry("learning-rate", map("""
                {kind: cosine, start: 0.2, end: 0.00005, warm-up-epochs: 20, warm-up-factor: 0.1, by-epoch: true}
                """));
        assertThat(translation.unread()).containsOnlyKeys("SOLVER.LR_DECAY_STAGES");
    }

    @Test
    void stagesInAnyOrderAreMilestones() {
        Translation translation = translate("SOLVER: {LR_DECAY_STAGES: [60, 30]}");
        assertThat(translation.recipe().get("learning-rate").toString()).contains("milestones=[30, 60]");
    }

    @Test
    void imageNetIsAFolderWithNetworksOfItsOwn() {
        Translation translation = translate(
                "DATASET: {TYPE: imagenet}", "DISTILLER: {TYPE: KD, TEACHER: ResNet50, STUDENT: MobileNetV2}", """
                SOLVER: {TRAINER: deepkd}
                """);
        assertThat(translation.recipe())
                .containsEntry("data", map("{kind: folder, size: 224, augmentation: {kind: resized-crop}}"))
                .containsEntry("teacher", Map.of("model", "imagenet_resnet50"))
                .containsEntry("student", Map.of("model", "imagenet_mobilenet_v1"));
        assertThat(translation.notes())
                .anyMatch(note -> note.contains("MobileNetV2 is MobileNet-V1"))
                .anyMatch(note -> note.contains("back-quotes"));
    }

    @ParameterizedTest
    @CsvSource({
        "MLKD, deepkd, deepkd",
        "CRLD, deepkd, deepkd",
        "MLKD, base, joint",
        "CRLD, dot, dot",
        "KD, aug, joint",
        "DKD, deepkd_aug, deepkd",
        "CRLD, crld, joint",
        "NONE, dot, joint"
    })
    void aTrainerThatDoesNotFitTheMethodIsMended(String method, String trainer, String momenta) {
        Translation translation = translate("DISTILLER: {TYPE: " + method + "}", "SOLVER: {TRAINER: " + trainer + "}");
        assertThat(translation.mends()).extracting(Mend::cause).containsExactly(Cause.FIT);
        assertThat(kind(translation, "momenta")).isEqualTo(momenta);
    }

    @Test
    void aLeftOutTrainerIsDeepKdsWhereItsMomentaAreSetAndTheMethodNeedsMoreThanTheBase() {
        String momenta = "SOLVER: {DEEPKD: {" + DELTAS + "}}";
        Translation two = translate("DISTILLER: {TYPE: MLKD}", momenta);
        assertThat(kind(two, "momenta")).isEqualTo("deepkd");
        assertThat(two.mends()).extracting(Mend::cause).containsExactly(Cause.FIT);
        Translation one = translate("DISTILLER: {TYPE: KD}", momenta);
        assertThat(kind(one, "momenta")).as("this one starts in their code").isEqualTo("joint");
        assertThat(one.mends()).isEmpty();
    }

    @Test
    void namesThatDoNotExistThereAreReadAsTheyWereMeant() {
        Translation dkdot = translate("DISTILLER: {TYPE: KD}", "SOLVER: {TRAINER: dkdot}");
        assertThat(dkdot.mends()).extracting(Mend::cause).containsExactly(Cause.TRAINER);
        assertThat(kind(dkdot, "momenta")).isEqualTo("deepkd");
        Translation ours = translate("DISTILLER: {TYPE: KD_ours}", "SOLVER: {TRAINER: ours}");
        assertThat(ours.mends()).extracting(Mend::cause).containsExactly(Cause.DISTILLER, Cause.TRAINER);
        assertThat(kind(ours, "method")).isEqualTo("mlkd");
        assertThat(kind(ours, "momenta")).isEqualTo("joint");
        Translation deepkd = translate("DISTILLER: {TYPE: MLKD}", "SOLVER: {TRAINER: ours, DEEPKD: {DKD: True}}");
        assertThat(kind(deepkd, "momenta")).isEqualTo("deepkd");
    }

    @ParameterizedTest
    @CsvSource({
        "'DISTILLER: {TYPE: AT}', DISTILLER.TYPE AT is a method that deepkd does not have; its methods are none",
        "'DISTILLER: {TYPE: KD}@SOLVER: {TRAINER: crd}', SOLVER.TRAINER crd belongs to CRD",
        "'DISTILLER: {TYPE: KD}@SOLVER: {TRAINER: fast}', SOLVER.TRAINER 'fast' is unknown; known: aug",
        "'DATASET: {TYPE: tiny_imagenet}', DATASET.TYPE tiny_imagenet",
        "'DATASET: {TYPE: imagenet}@DISTILLER: {STUDENT: resnet8}', DISTILLER.STUDENT resnet8 is none",
        "'SOLVER: {TYPE: Adam}', SOLVER.TYPE Adam",
        "'SOLVER: {LR_DECAY_STAGES: [30, 30]}', SOLVER.LR_DECAY_STAGES",
        "'SOLVER: {LR_DECAY_STAGES: [a]}', SOLVER.LR_DECAY_STAGES",
        "'SOLVER: {LR_COS: True, EPOCHS: 20}', SOLVER.WARMUP_EPOCHS must be from 0 to below SOLVER.EPOCHS (20)",
        "'DISTILLER: {TYPE: DKD}@SOLVER: {TRAINER: deepkd, DEEPKD: {TOPK: -1}}', SOLVER.DEEPKD.TOPK must be 0"
    })
    void whatDeepkdCannotFollowIsNamed(String yaml, String message) {
        assertThatThrownBy(() -> translate(yaml.split("@")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource(Semantics.class)
    void theKnownExampleHasItsNominalMomenta(Semantics semantics) {
        for (String[] example : new String[][] {{"KD", "deepkd", "0.075"}, {"MLKD", "deepkd_aug", "0.05"}}) {
            String deltas = "{DELTA_TOG: 0.075, DELTA_TCG: -0.075, DELTA_NCG: " + example[2] + "}";
            Translation translation = Translator.translate(
                    file(
                            "DISTILLER: {TYPE: " + example[0] + "}",
                            "SOLVER: {TRAINER: " + example[1] + ", DEEPKD: " + deltas + "}"),
                    semantics);
            assertThat(translation.recipe().get("momenta").toString())
                    .contains("delta-task=0.075, delta-target=0.075, delta-non-target=" + example[2]);
        }
    }

    private static Translation translate(String... lines) {
        return Translator.translate(file(lines), Semantics.PAPER);
    }

    private static Translation translate(String[] lines, String last) {
        return translate(Stream.concat(Stream.of(lines), Stream.of(last)).toArray(String[]::new));
    }

    private static Translation authors(String... lines) {
        return Translator.translate(file(lines), Semantics.AUTHORS);
    }

    private static YacsFile file(String... lines) {
        return Yacs.merge("YAML", String.join("\n", List.of(lines)));
    }

    private static Map<String, Object> map(String flow) {
        return Yaml.parse("expected", flow);
    }

    private static Object method(Translation translation) {
        return translation.recipe().get("method");
    }

    private static Object kind(Translation translation, String choice) {
        return ((Map<?, ?>) translation.recipe().get(choice)).get("kind");
    }
}
