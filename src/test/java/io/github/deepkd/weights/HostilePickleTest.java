package io.github.deepkd.weights;

import static io.github.deepkd.weights.PickleAssembler.dictOf;
import static io.github.deepkd.weights.WeightFixtures.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.Unpickler;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that call functions, and such that ask for more than they are worth. */
@NullUnmarked
class HostilePickleTest {

    /** How often an attack has come through: the library is told to count calls of os.system. */
    private static final AtomicInteger CALLS = new AtomicInteger();

    @TempDir
    Path folder;

    @BeforeAll
    static void letTheLibraryCallTheFunction() {
        Unpickler.registerConstructor("os", "system", args -> CALLS.incrementAndGet());
    }

    @BeforeEach
    void countFromZero() {
        CALLS.set(0);
    }

    static Stream<Named<byte[]>> attacks() {
        return Stream.of(
                Named.of("GLOBAL and REDUCE", dictOf(pickle -> pickle.global("os", "system")
                        .text("touch hacked")
                        .op(Opcodes.TUPLE1, Opcodes.REDUCE))),
                Named.of("STACK_GLOBAL of protocol 4", dictOf(pickle -> pickle.text("os")
                        .text("system")
                        .op(Opcodes.STACK_GLOBAL)
                        .text("touch hacked")
                        .op(Opcodes.TUPLE1, Opcodes.REDUCE))),
                Named.of("NEWOBJ", dictOf(pickle -> pickle.global("os", "system")
                        .text("touch hacked")
                        .op(Opcodes.TUPLE1, Opcodes.NEWOBJ))),
                Named.of("NEWOBJ_EX", dictOf(pickle -> pickle.global("os", "system")
                        .text("touch hacked")
                        .op(Opcodes.TUPLE1, Opcodes.EMPTY_DICT, Opcodes.NEWOBJ_EX))),
                Named.of("OBJ", dictOf(pickle -> pickle.op(Opcodes.MARK)
                        .global("os", "system")
                        .text("touch hacked")
                        .op(Opcodes.OBJ))),
                Named.of("INST", dictOf(pickle -> pickle.op(Opcodes.MARK)
                        .text("touch hacked")
                        .op(Opcodes.INST)
                        .line("os")
                        .line("system"))));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void noInstructionReachesAFunction(byte[] pickle) {
        assertRefused(pickle).hasMessageContaining("the Python class 'os.system'");
        assertThat(CALLS).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void theSamePickleDoesReachItInAnOpenUnpickler(byte[] pickle) throws IOException {
        new Unpickler().loads(pickle);

        assertThat(CALLS).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "builtins, eval",
        "__builtin__, getattr",
        "torch, load",
        "torch, FloatStorage.from_file",
        "torch.storage, FloatStorage",
        "torch._utils, _rebuild_tensor_v3",
        "collections, Counter",
        // These the library itself would build:
        "datetime, datetime",
        "decimal, Decimal",
        "builtins, bytearray",
        "operator, attrgetter",
        "_codecs, encode"
    })
    void noOtherClassIsResolved(String module, String name) {
        assertRefused(dictOf(pickle -> pickle.global(module, name)))
                .hasMessageContaining("the Python class '%s.%s'".formatted(module, name))
                .hasMessageContaining("save only its weights again");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4, Opcodes.PERSID, Opcodes.NEXT_BUFFER, Opcodes.GET, 0, 255})
    void noOtherInstructionIsFollowed(int opcode) {
        assertRefused(dictOf(pickle -> pickle.op(opcode))).hasMessageContaining("the pickle instruction " + opcode);
    }

    @Test
    void aClassNameCannotWriteToTheTerminal() {
        assertRefused(dictOf(pickle -> pickle.global("a\u001b[31m", "b".repeat(1000))))
                .hasMessageContaining("'a?[31m.bbb")
                .hasMessageNotContaining("\u001b")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(600));
    }

    @Test
    void attributesAreOnlyIgnoredOnDictionaries() {
        assertRefused(dictOf(pickle -> pickle.text("x").op(Opcodes.EMPTY_DICT, Opcodes.BUILD)))
                .hasMessageContaining("an object with a state of its own");
    }

    @Test
    void nestingNearlyAMillionDeepCostsNoStack() {
        int[] wrap = new int[990_000];
        Arrays.fill(wrap, Opcodes.TUPLE1);

        assertRefused(dictOf(pickle -> pickle.op(Opcodes.EMPTY_LIST).op(wrap)))
                .hasMessageContaining("'w' is no tensor");
    }

    @Test
    void moreInstructionsThanAnyModelNeedsAreRefused() {
        int[] many = new int[1_000_001];
        Arrays.fill(many, Opcodes.EMPTY_DICT);

        assertRefused(dictOf(pickle -> pickle.op(many))).hasMessageContaining("more than 1000000 pickle instructions");
    }

    @Test
    void textLongerThanThePickleIsNotReserved() {
        assertRefused(dictOf(pickle -> pickle.op(Opcodes.BINUNICODE).raw(255, 255, 255, 127)))
                .hasMessageContaining("its pickle makes no sense at instruction 4");
    }

    @Test
    void aKeyThatContainsItselfIsRefused() {
        byte[] pickle = dictOf(dict -> dict.op(Opcodes.EMPTY_DICT)
                .op(Opcodes.EMPTY_LIST, Opcodes.BINPUT)
                .raw(0)
                .op(Opcodes.BINGET)
                .raw(0)
                .op(Opcodes.APPEND, Opcodes.NONE, Opcodes.SETITEM));

        assertRefused(pickle).hasMessageContaining("makes no sense");
    }

    @Test
    void aTupleOfManySizesSharedByManyTensorsIsNotMultiplied() {
        assertRefused(dictOf(pickle -> pickle.tensor(4, 0, new long[33], new long[33])))
                .hasMessageContaining("makes no sense");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                Opcodes.STOP,
                Opcodes.SETITEM,
                Opcodes.SETITEMS,
                Opcodes.APPENDS,
                Opcodes.TUPLE,
                Opcodes.REDUCE,
                Opcodes.BINPERSID,
                Opcodes.STACK_GLOBAL,
                Opcodes.BUILD
            })
    void instructionsOnAnEmptyStackAreDamage(int opcode) {
        assertRefused(new PickleAssembler().op(opcode).stop()).hasMessageContaining("makes no sense at instruction 2");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(byte[] pickle) {
        Path file = folder.resolve("a.pt");
        return assertThatThrownBy(() -> PyTorchCheckpoint.read(checkpoint(file, pickle)))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file.toString());
    }
}
