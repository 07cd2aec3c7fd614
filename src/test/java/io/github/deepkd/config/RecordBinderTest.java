package io.github.deepkd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordBinderTest {

    interface Distiller {}

    record Kd(double ceWeight, double temperature) implements Distiller {
        Kd {
            if (temperature <= 0) {
                throw new IllegalArgumentException("temperature must be greater than 0, found " + temperature);
            }
        }
    }

    record Dkd(double alpha, double beta, double temperature) implements Distiller {}

    enum Device {
        CPU,
        CUDA,
        ALL_OF_THEM
    }

    record Source(String kind, Path directory) {
        Source {
            if (kind.isEmpty()) {
                throw new BadInput("kind must not be empty");
            }
        }
    }

    record Run(
            int epochs,
            long seed,
            double learningRate,
            boolean nesterov,
            String student,
            @Nullable Path output,
            Device device,
            List<Integer> milestones,
            List<Double> rates,
            List<String> tags,
            Source data,
            @Nullable Source extra,
            Distiller method,
            @Nullable Distiller second) {}

    private static final Kd KD = new Kd(0.1, 4);
    private static final Dkd DKD = new Dkd(1, 8, 4);

    private static final Run RUN = new Run(
            240,
            1,
            0.05,
            false,
            "resnet20",
            null,
            Device.CPU,
            List.of(150, 180),
            List.of(0.5),
            List.of("a"),
            new Source("cifar100", Path.of("data")),
            null,
            KD,
            null);

    private static final Map<String, Record> KINDS = new TreeMap<>();

    static {
        KINDS.put("kd", KD);
        KINDS.put("dkd", DKD);
    }

    private final RecordBinder binder = new RecordBinder(Map.of(Distiller.class, KINDS));

    private Run bind(String yaml) {
        return binder.bind(RUN, Yaml.parse("test", yaml));
    }

    private void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> bind(yaml)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void valuesOfEveryTypeReplaceThoseOfTheBase() {
        Run run = bind("""
                epochs: 3
                seed: 9000000000
                learning-rate: 5e-4
                nesterov: true
                student: resnet8
                output: runs/a
                device: all-of-them
                milestones: [1, 2]
                rates: [1, 0.25]
                tags: []
                data: {directory: elsewhere}
                """);
        assertThat(run)
                .isEqualTo(new Run(
                        3,
                        9_000_000_000L,
                        5e-4,
                        true,
                        "resnet8",
                        Path.of("runs/a"),
                        Device.ALL_OF_THEM,
                        List.of(1, 2),
                        List.of(1.0, 0.25),
                        List.of(),
                        new Source("cifar100", Path.of("elsewhere")),
                        null,
                        KD,
                        null));
    }

    @Test
    void anEmptyOverlayChangesNothing() {
        assertThat(binder.bind(RUN, Map.of())).isEqualTo(RUN);
    }

    @Test
    void aChoiceWrittenAsItsKindTakesTheDefaultsOfThatKind() {
        assertThat(bind("method: dkd").method()).isEqualTo(DKD);
    }

    @Test
    void aChoiceOfAnotherKindStartsFromTheDefaultsOfThatKind() {
        assertThat(bind("method: {kind: dkd, beta: 2}").method()).isEqualTo(new Dkd(1, 2, 4));
    }

    @Test
    void aChoiceOfTheSameKindKeepsWhatWasSetBefore() {
        Run warm = bind("method: {temperature: 2}");
        assertThat(binder.bind(warm, Yaml.parse("t", "method: {kind: kd, ce-weight: 1}"))
                        .method())
                .isEqualTo(new Kd(1, 2));
        assertThat(binder.bind(warm, Yaml.parse("t", "method: kd")).method()).isEqualTo(new Kd(0.1, 2));
    }

    @Test
    void aChoiceThatIsNullNeedsItsKind() {
        assertRefused("second: {temperature: 2}", "second: the kind is missing; known: dkd, kd");
        assertThat(bind("second: {kind: kd, temperature: 2}").second()).isEqualTo(new Kd(0.1, 2));
    }

    @Test
    void whatMayBeNullIsSetToNullAndTheRestRefusesIt() {
        Run run = bind("{output: a, second: kd}");
        Run back = binder.bind(run, Yaml.parse("t", "{output: ~, second: null}"));
        assertThat(back).isEqualTo(RUN);
        assertRefused("epochs: ~", "epochs: expected a whole number, found nothing");
        assertRefused("data: ~", "data: expected a mapping of keys to values, found nothing");
    }

    @Test
    void aRecordThatWasNullNeedsEveryKeyThatMayNotBeNull() {
        assertRefused("extra: {kind: idx}", "extra.directory: is missing");
        assertThat(bind("extra: {kind: idx, directory: d}").extra()).isEqualTo(new Source("idx", Path.of("d")));
    }

    @Test
    void unknownKeysAreRefusedWithTheNearestAndAllKnownOnes() {
        assertRefused(
                "method: {kind: dkd, temprature: 2}",
                "unknown key 'temprature' in method (dkd); did you mean 'temperature'? known: alpha, beta, temperature");
        assertRefused("data: {colour: 2}", "unknown key 'colour' in data; known: kind, directory");
        assertThatThrownBy(() -> bind("learningRate: 2"))
                .hasMessageStartingWith(
                        "unknown key 'learningRate'; did you mean 'learning-rate'? known: epochs, seed,");
    }

    @Test
    void unknownKindsAreRefusedWithTheNearestAndAllKnownOnes() {
        assertRefused("method: dkdd", "method: unknown kind 'dkdd'; did you mean 'dkd'? known: dkd, kd");
        assertRefused("method: {kind: 3}", "method: unknown kind '3'; known: dkd, kd");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    epochs: ten                | epochs: expected a whole number, found 'ten'
                    epochs: 1.5                | epochs: expected a whole number, found 1.5
                    epochs: '3'                | epochs: expected a whole number, found '3'
                    epochs: .nan               | epochs: expected a whole number, found NaN
                    epochs: 3000000000         | epochs: expected a whole number from -2147483648 to 2147483647, found 3000000000
                    learning-rate: fast        | learning-rate: expected a number, found 'fast'
                    learning-rate: .inf        | learning-rate: expected a number, found Infinity
                    learning-rate: [1]         | learning-rate: expected a number, found a list
                    nesterov: yes              | nesterov: expected true or false, found 'yes'
                    student: 20                | student: expected text (in quotes where it is all digits), found 20
                    student: {a: 1}            | student: expected text, found a mapping
                    device: gpu                | device: expected one of cpu, cuda, all-of-them, found 'gpu'
                    milestones: 150            | milestones: expected a list such as [1, 2, 3], found 150
                    milestones: [1, x]         | milestones[1]: expected a whole number, found 'x'
                    data: cifar100             | data: expected a mapping of keys to values, found 'cifar100'
                    data: {directory: 3}       | data.directory: expected text (in quotes where it is all digits), found 3
                    method: {temperature: hot} | method.temperature: expected a number, found 'hot'
                    """)
    void aValueOfTheWrongTypeIsNamedWithItsPathAndWhatWasExpected(String yaml, String message) {
        assertRefused(yaml, message);
    }

    @Test
    void wholeNumbersMayBeWrittenAsNumbersAndTheOtherWayRound() {
        assertThat(bind("epochs: 1e2").epochs()).isEqualTo(100);
        assertThat(bind("learning-rate: 1").learningRate()).isEqualTo(1.0);
    }

    @Test
    void whatTheConstructorRefusesIsToldWithThePathInFront() {
        assertRefused("method: {temperature: -1}", "method: temperature must be greater than 0, found -1.0");
        assertRefused("data: {kind: ''}", "data: kind must not be empty");
    }

    @Test
    void twoKindsOfOneClassAreAProgrammingError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordBinder(Map.of(Distiller.class, Map.of("a", KD, "b", KD))))
                .withMessageContaining("share a class");
    }

    @Test
    void aRecordAsMapHasKindsFirstAndNoNulls() {
        assertThat(binder.toMap(RUN).keySet())
                .containsExactly(
                        "epochs",
                        "seed",
                        "learning-rate",
                        "nesterov",
                        "student",
                        "device",
                        "milestones",
                        "rates",
                        "tags",
                        "data",
                        "method");
        assertThat(binder.toMap(RUN))
                .containsEntry("device", "cpu")
                .containsEntry("data", Map.of("kind", "cifar100", "directory", "data"));
        assertThat(binder.toMap(RUN).get("method")).asString().isEqualTo("{kind=kd, ce-weight=0.1, temperature=4.0}");
    }

    @Property
    void writingAndBindingAreInverse(@ForAll("runs") Run run) {
        assertThat(binder.bind(RUN, binder.toMap(run))).isEqualTo(run);
    }

    @Property
    void aRunSurvivesYaml(@ForAll("runs") Run run) {
        assertThat(binder.bind(RUN, Yaml.parse("t", Yaml.dump(binder.toMap(run)))))
                .isEqualTo(run);
    }

    @Provide
    Arbitrary<Run> runs() {
        Arbitrary<Double> numbers = Arbitraries.doubles().between(-1e6, 1e6).ofScale(12);
        // Up to the surrogates: half of a pair is no text, and YAML cannot write it.
        Arbitrary<String> texts =
                Arbitraries.strings().withCharRange('\0', '\uD7FF').ofMaxLength(12);
        Arbitrary<Distiller> methods =
                Arbitraries.oneOf(numbers.map(alpha -> new Dkd(alpha, 8, 4)), numbers.map(weight -> new Kd(weight, 4)));
        Arbitrary<Source> sources =
                Arbitraries.of("idx", "folder").map(kind -> new Source(kind, Path.of("some", kind)));
        return Combinators.combine(
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        numbers,
                        texts,
                        Arbitraries.of(Device.class),
                        Arbitraries.integers().list().ofMaxSize(3),
                        sources,
                        methods)
                .as((epochs, seed, rate, text, device, milestones, source, method) -> new Run(
                        epochs,
                        seed,
                        rate,
                        epochs % 2 == 0,
                        text,
                        Path.of("out"),
                        device,
                        milestones,
                        List.of(rate),
                        List.of(text),
                        source,
                        source,
                        method,
                        method));
    }
}
