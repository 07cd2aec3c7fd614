package io.github.deepkd.weights;

import static io.github.deepkd.weights.PickleAssembler.dictOf;
import static io.github.deepkd.weights.WeightFixtures.bytes;
import static io.github.deepkd.weights.WeightFixtures.checkpoint;
import static io.github.deepkd.weights.WeightFixtures.resource;
import static io.github.deepkd.weights.WeightFixtures.values;
import static io.github.deepkd.weights.WeightFixtures.zip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import net.razorvine.pickle.Opcodes;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class PyTorchCheckpointTest {

    private static final long[] FOUR = {4};
    private static final long[] ONE = {1};
    private static final byte[] FOUR_FLOATS = dictOf(pickle -> pickle.tensor(4, 0, FOUR, ONE));

    private final PointerScope scope = new PointerScope();

    @TempDir
    Path folder;

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F8_E4M3", "F8_E5M2"})
    void everyTypeThatPyTorchWroteIsRead(DType type) {
        Tensor tensor = PyTorchCheckpoint.read(resource("types.pt")).tensors().get(type.name());

        assertThat(Tensors.type(tensor)).contains(type);
        assertThat(values(tensor)).containsExactly(SafetensorsTest.expected(type));
    }

    @Test
    void theOrderOfTheDictionaryIsKept() {
        assertThat(PyTorchCheckpoint.read(resource("types.pt")).tensors().keySet())
                .containsExactly(
                        "F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL", "scalar", "empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny.pt", "training.pt", "training-protocol4.pt", "legacy.pt"})
    void plainNestedAndWrappedStateDictionariesGiveWhatSafetensorsGives(String name) {
        Map<String, Tensor> expected =
                Safetensors.read(resource("tiny.safetensors")).tensors();

        Map<String, Tensor> tensors = PyTorchCheckpoint.read(resource(name)).tensors();

        assertThat(tensors).hasSameSizeAs(expected).containsOnlyKeys(expected.keySet());
        expected.forEach((key, tensor) ->
                assertThat(tensor.equal(tensors.get(key))).as(key).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict", "model", "net", "student"})
    void weightsAreFoundUnderTheUsualNames(String name) {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("epoch")
                .number(3)
                .op(Opcodes.SETITEM)
                .text(name)
                .op(Opcodes.EMPTY_DICT)
                .text("w")
                .tensor(4, 0, FOUR, ONE)
                .op(Opcodes.SETITEM, Opcodes.SETITEM)
                .stop();

        assertThat(values(read(pickle).get("w"))).containsExactly(1, 2, 3, 4);
    }

    @Test
    void stridesAndOffsetsAreFollowedAndEveryTensorIsContiguous() {
        Map<String, Tensor> tensors =
                PyTorchCheckpoint.read(resource("strided.pt")).tensors();

        assertThat(Tensors.shape(tensors.get("transposed"))).containsExactly(4L, 3L);
        assertThat(values(tensors.get("transposed"))).containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
        assertThat(values(tensors.get("tail"))).containsExactly(8, 9, 10, 11);
        assertThat(values(tensors.get("column"))).containsExactly(1, 5, 9);
        assertThat(values(tensors.get("parameter"))).containsExactly(0, 1);
        assertThat(values(tensors.get("expanded"))).containsExactly(1, 1, 1);
        assertThat(tensors.values()).allMatch(Tensor::is_contiguous);
    }

    @Test
    void tensorsThatShareAStorageInTheFileShareItsMemory() {
        Map<String, Tensor> tensors =
                PyTorchCheckpoint.read(resource("strided.pt")).tensors();

        assertThat(tensors.get("tail").data_ptr().address())
                .isEqualTo(tensors.get("grid").data_ptr().address() + 8 * Float.BYTES);
    }

    @Test
    void readingFreesItsTemporaries() {
        PyTorchCheckpoint.read(resource("strided.pt"));
        System.gc();
        long before = Pointer.totalCount();

        int tensors = PyTorchCheckpoint.read(resource("strided.pt")).tensors().size();

        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before + tensors);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 1, 4, 1", // one past the end
        "4, 0, 5, 1",
        "4, 0, 2, 4",
        "4, -1, 4, 1",
        "4, 3, 4, -1",
        "4, 0, -1, 1",
        "4, 5, 0, 1", // empty, yet outside
        "4, 9223372036854775807, 2, 1",
        "4, 0, 9223372036854775807, 1",
        "4, 0, 3, 4611686018427387904"
    })
    void aTensorOutsideItsStorageIsRefused(long elements, long offset, long size, long stride) {
        assertRefused(pickle -> pickle.tensor(elements, offset, new long[] {size}, new long[] {stride}))
                .hasMessageContaining("tensor 'w'")
                .hasMessageContaining("lies outside its storage of 4 elements");
    }

    @Test
    void sizesAndStridesOfDifferentRankAreRefused() {
        assertRefused(pickle -> pickle.tensor(4, 0, new long[] {2, 2}, ONE))
                .hasMessageContaining("shape [2, 2] and strides [1]");
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5, -1, 1L << 62, Long.MAX_VALUE})
    void aStorageThatIsNotAsLongAsClaimedIsRefused(long elements) {
        assertRefused(pickle -> pickle.tensor(elements, 0, new long[] {0}, ONE)).hasMessageContaining("storage");
    }

    @Test
    void stridesOfZeroCannotMakeAFileGrowWithoutBound() {
        assertRefused(pickle -> pickle.tensor(4, 0, new long[] {1L << 40}, new long[] {0}))
                .hasMessageContaining("tensors of more than twice its own size");
    }

    @Test
    void aStorageThatIsMissingIsNamed() {
        Path file = zip(folder.resolve("a.pt"), ZipEntry.STORED, Map.of("a/data.pkl", FOUR_FLOATS));

        assertThatThrownBy(() -> PyTorchCheckpoint.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("its entry 'data/0' is missing");
    }

    @Test
    void filesOfBigEndianMachinesAreRefused() {
        assertThat(read(Map.of("byteorder", "little")).tensors()).containsOnlyKeys("w");
        assertThatThrownBy(() -> read(Map.of("byteorder", "big")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("has the byte order 'big', only 'little' is read");
    }

    @Test
    void aTorchScriptArchiveIsCalledAProgram() {
        assertThatThrownBy(() -> PyTorchCheckpoint.read(resource("torchscript.pt")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a TorchScript archive, a program with its weights, not a state dictionary");
        assertThatThrownBy(() -> read(Map.of("constants.pkl", ").")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a TorchScript archive");
    }

    @Test
    void aLegacyFileThatEndsEarlyOrIsOfAnotherMachineIsRefused() throws IOException {
        byte[] whole = bytes("legacy.pt");
        Path cut = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(whole, whole.length - 9));
        assertThatThrownBy(() -> PyTorchCheckpoint.read(cut))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is damaged or cut short: it ends within storage");

        byte[] bigEndian = whole.clone();
        int value = new String(whole, ISO_8859_1).indexOf("little_endian") + "little_endianq.".length();
        assertThat(bigEndian[value]).isEqualTo((byte) Opcodes.NEWTRUE);
        bigEndian[value] = (byte) Opcodes.NEWFALSE;
        assertThatThrownBy(() -> PyTorchCheckpoint.read(Files.write(folder.resolve("big.pt"), bigEndian)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("was not written by a machine of little-endian byte order");
    }

    @Test
    void theOnlyDictionaryOfTensorsIsTakenWhateverItsName() {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("epoch")
                .number(3)
                .op(Opcodes.SETITEM)
                .text("best_student")
                .op(Opcodes.EMPTY_DICT)
                .text("_orig_mod.module.w")
                .tensor(4, 0, FOUR, ONE)
                .op(Opcodes.SETITEM, Opcodes.SETITEM)
                .stop();

        assertThat(read(pickle)).containsOnlyKeys("w");
    }

    @Test
    void aWholeModelIsRefusedByItsClass() {
        assertThatThrownBy(() -> PyTorchCheckpoint.read(resource("whole-model.pt")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("the Python class 'torch.nn.modules.container.Sequential'")
                .hasMessageContaining("torch.save(model.state_dict(), \"weights.pt\")");
    }

    @Test
    void aZipOfOtherThingsIsNoCheckpoint() {
        Path file = zip(folder.resolve("photos.zip"), ZipEntry.STORED, Map.of("photo.jpg", new byte[3]));

        assertThatThrownBy(() -> PyTorchCheckpoint.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a zip file but no PyTorch checkpoint");
    }

    @Test
    void aCompressedZipIsRefusedBecauseItsSizesCannotBeTrusted() {
        Path file = zip(folder.resolve("a.pt"), ZipEntry.DEFLATED, Map.of("a/data.pkl", FOUR_FLOATS));

        assertThatThrownBy(() -> PyTorchCheckpoint.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a compressed zip");
    }

    @Test
    void aTruncatedZipIsDamaged() throws IOException {
        byte[] whole = bytes("tiny.pt");
        Path file = Files.write(folder.resolve("a.pt"), Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> PyTorchCheckpoint.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file + " is damaged or cut short");
    }

    @Test
    void aZipWhoseCommentIsNotTextIsDamaged() throws IOException {
        byte[] bad = bytes("training.pt");
        int directory = new String(bad, ISO_8859_1).indexOf("PK\1\2");
        int highByteOfCommentLength = directory + 33;
        bad[highByteOfCommentLength] = 2;

        assertThatThrownBy(() -> PyTorchCheckpoint.read(Files.write(folder.resolve("a.pt"), bad)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("its zip is malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../data.pkl", "a/../../evil", "/etc/passwd", "a\\..\\evil", "C:/evil"})
    void anEntryThatLeadsOutOfTheArchiveIsRefused(String name) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", FOUR_FLOATS);
        entries.put("a/data/0", new byte[16]);
        entries.put(name, new byte[1]);
        Path file = zip(folder.resolve("a.pt"), ZipEntry.STORED, entries);

        assertThatThrownBy(() -> PyTorchCheckpoint.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("an entry '" + name + "', which leads out of it");
    }

    @Test
    void anEntryThatIsNoTensorIsNamed() {
        assertRefused(pickle -> pickle.number(3)).hasMessageContaining("its entry 'w' is no tensor");
        assertRefused(pickle -> pickle.op(Opcodes.EMPTY_DICT)).hasMessageContaining("its entry 'w' is no tensor");
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcodes.EMPTY_DICT, Opcodes.EMPTY_LIST, Opcodes.NONE})
    void anObjectWithoutTensorsIsNoStateDictionary(int opcode) {
        assertThatThrownBy(() -> read(new PickleAssembler().op(opcode).stop()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("holds no state dictionary: it has no tensors");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(UnaryOperator<PickleAssembler> value) {
        return assertThatThrownBy(() -> read(dictOf(value))).isInstanceOf(BadInput.class);
    }

    private Map<String, Tensor> read(byte[] pickle) {
        return PyTorchCheckpoint.read(checkpoint(folder.resolve("a.pt"), pickle))
                .tensors();
    }

    /** Reads a good checkpoint that has these entries as well. */
    private WeightFile read(Map<String, String> more) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        more.forEach((name, text) -> entries.put("a/" + name, text.getBytes(UTF_8)));
        entries.put("a/data.pkl", FOUR_FLOATS);
        entries.put("a/data/0", new byte[16]);
        return PyTorchCheckpoint.read(zip(folder.resolve("a.pt"), ZipEntry.STORED, entries));
    }
}
