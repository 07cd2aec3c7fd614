package io.github.deepkd.weights;

import static io.github.deepkd.weights.WeightFixtures.bytes;
import static io.github.deepkd.weights.WeightFixtures.counting;
import static io.github.deepkd.weights.WeightFixtures.resource;
import static io.github.deepkd.weights.WeightFixtures.safetensors;
import static io.github.deepkd.weights.WeightFixtures.values;
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
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class SafetensorsTest {

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
    void everyTypeOfTheReferenceIsRead(DType type) {
        Tensor tensor =
                Safetensors.read(resource("types.safetensors")).tensors().get(type.name());

        assertThat(Tensors.type(tensor)).contains(type);
        assertThat(Tensors.shape(tensor)).containsExactly(2L, 3L);
        assertThat(values(tensor)).containsExactly(expected(type));
    }

    /** One sign bit, then the exponent: 1.5 is 0 0111 100 with three bits of mantissa and 0 01111 10 with two. */
    @ParameterizedTest
    @CsvSource({"F8_E4M3, 3C", "F8_E5M2, 3E"})
    void typesOfOneByteAreReadAndConvertedIntoAModel(String type, String oneAndAHalf) throws IOException {
        byte[] file = safetensors(entry(type, "[1]", "[0,1]"), 1);
        file[file.length - 1] = (byte) Integer.parseInt(oneAndAHalf, 16);
        Map<String, Tensor> model = Map.of("w", WeightFixtures.counting(1));

        WeightFiles.copyInto(model, WeightFiles.read(Files.write(folder.resolve("f8"), file)), "tiny");

        assertThat(values(model.get("w"))).containsExactly(1.5);
    }

    @Test
    void metadataScalarsAndEmptyTensorsAreRead() {
        WeightFile file = Safetensors.read(resource("types.safetensors"));

        assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
        assertThat(Tensors.shape(file.tensors().get("scalar"))).isEmpty();
        assertThat(values(file.tensors().get("scalar"))).containsExactly(7);
        assertThat(Tensors.shape(file.tensors().get("empty"))).containsExactly(0L, 4L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"types.safetensors", "tiny.safetensors"})
    void aFileOfTheReferenceReadAndWrittenKeepsEveryByte(String name) {
        WeightFile read = Safetensors.read(resource(name));
        Path written = folder.resolve("written.safetensors");

        Safetensors.write(written, read.tensors(), read.metadata());

        assertThat(written).hasBinaryContent(bytes(name));
    }

    @Test
    void whatIsWrittenIsReadInTheSameOrderWithTheSameText() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("narrow", counting(3).to(ScalarType.Char));
        tensors.put("wide \"ü\"", counting(2, 2).to(ScalarType.Double));
        tensors.put("columns", counting(2, 3).t());
        Map<String, String> metadata = Map.of("note", "line\nbreak");
        Path file = folder.resolve("a.safetensors");

        Safetensors.write(file, tensors, metadata);
        WeightFile read = Safetensors.read(file);

        assertThat(read.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
        assertThat(read.metadata()).isEqualTo(metadata);
        assertThat(values(read.tensors().get("columns"))).containsExactly(0, 3, 1, 4, 2, 5);
        tensors.forEach((name, tensor) ->
                assertThat(tensor.equal(read.tensors().get(name))).as(name).isTrue());
    }

    @Test
    void theSameContentHasTheSameBytesInWhateverOrderTheTextCame() throws IOException {
        Map<String, String> forwards = new LinkedHashMap<>();
        Map<String, String> backwards = new LinkedHashMap<>();
        for (int i = 0; i < 9; i++) {
            forwards.put("key " + i, "text");
            backwards.put("key " + (8 - i), "text");
        }
        Safetensors.write(folder.resolve("a"), Map.of("w", counting(3)), forwards);
        Safetensors.write(folder.resolve("b"), Map.of("w", counting(3)), backwards);
        assertThat(Files.readAllBytes(folder.resolve("a"))).isEqualTo(Files.readAllBytes(folder.resolve("b")));
    }

    @Test
    void writingReplacesAFileAndLeavesNothingElse() {
        Path file = folder.resolve("a.safetensors");
        Safetensors.write(file, Map.of("w", counting(1000)), Map.of());
        Safetensors.write(file, Map.of("w", counting(2)), Map.of());

        assertThat(values(Safetensors.read(file).tensors().get("w"))).containsExactly(0, 1);
        assertThat(folder).isDirectoryContaining(file::equals);
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aTensorOfUnknownTypeLeavesTheOldFileAsItWas() throws IOException {
        Path file = Files.writeString(folder.resolve("a.safetensors"), "old");
        Map<String, Tensor> complex = Map.of("w", counting(2).to(ScalarType.ComplexFloat));

        assertThatThrownBy(() -> Safetensors.write(file, complex, Map.of()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("'w'")
                .hasMessageContaining("ComplexFloat");
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void theNameOfTheMetadataIsNoTensorsName() {
        Path file = folder.resolve("a.safetensors");

        assertThatThrownBy(() -> Safetensors.write(file, Map.of("__metadata__", counting(1)), Map.of()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("__metadata__");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFolderThatDoesNotExistIsNamed() {
        Path file = folder.resolve("none").resolve("a.safetensors");

        assertThatThrownBy(() -> Safetensors.write(file, Map.of(), Map.of()))
                .isInstanceOf(BadInput.class)
                .hasMessage(file + " cannot be written: there is no such file or folder");
    }

    @Test
    void readingAndWritingFreeTheirTemporaries() {
        Path file = folder.resolve("a.safetensors");
        Safetensors.write(file, Map.of("w", counting(4, 4)), Map.of());
        Map<String, Tensor> tensors = Map.of("w", counting(4, 4).t());
        System.gc();
        long before = Pointer.totalCount();

        Safetensors.write(file, tensors, Map.of());
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
        Safetensors.read(file);
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void aTruncatedFileIsNamedWithExpectedAndFoundBytes() {
        byte[] whole = bytes("types.safetensors");

        assertRefused(Arrays.copyOf(whole, whole.length - 6), "describes 206 bytes of tensors, the file holds 200");
        assertRefused(Arrays.copyOf(whole, 400), "header of 760 bytes cannot stand in a file of 400 bytes");
        assertRefused(Arrays.copyOf(whole, 3), "header of 0 bytes cannot stand in a file of 3 bytes");
    }

    @Test
    void aHeaderThatClaimsTerabytesIsRefusedBeforeAnythingIsReserved() {
        assertRefused(
                safetensors(entry("U8", "[4398046511104]", "[0,4398046511104]"), 8),
                "describes 4398046511104 bytes of tensors, the file holds 8");
        byte[] longHeader = safetensors("{}", 0);
        longHeader[5] = 1;
        assertRefused(longHeader, "header of 1099511627778 bytes");
        longHeader[7] = -1;
        assertRefused(longHeader, "header of 18374687579183251458 bytes");
    }

    @Test
    void tensorsThatOverlapOrLeaveAGapAreRefused() {
        String two = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}}";

        assertRefused(
                safetensors(two.formatted(2, 6), 8), "'b' begins at byte 2 of the data, the one before it ends at 4");
        assertRefused(
                safetensors(two.formatted(5, 9), 9), "'b' begins at byte 5 of the data, the one before it ends at 4");
        assertRefused(
                safetensors(two.formatted(0, 4), 4), "'b' begins at byte 0 of the data, the one before it ends at 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[3] | [0,4]",
                "[5] | [0,4]",
                "[4] | [4,0]",
                "[-4] | [0,4]",
                "[-2,-2] | [0,4]",
                "[4294967296,4294967296] | [0,0]",
                "[0,4294967296,4294967296] | [0,0]",
                "[4611686018427387904,0,4611686018427387904] | [0,0]",
                "[4] | [-4,0]",
                "[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] | [0,4]"
            })
    void aShapeThatCannotFillItsBytesIsRefused(String shape, String offsets) {
        assertRefused(safetensors(entry("U8", shape, offsets), 4), "cannot fill the bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{ ",
                "{}{}",
                "{\"w\":null}",
                "{\"w\":{}}",
                "{\"w\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0]}}",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[\"1\"],\"data_offsets\":[0,1]}}",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[null],\"data_offsets\":[0,1]}}",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,1]}}",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"more\":1}}",
                "{\"__metadata__\":null}",
                "{\"__metadata__\":{\"a\":null}}",
                "{\"__metadata__\":{\"a\":1}}",
                "{\"__metadata__\":[\"a\"]}",
            })
    void aHeaderThatIsNotTheFormatsJsonIsRefused(String json) {
        assertRefused(safetensors(json, 1), "its header is not the JSON of safetensors");
    }

    @Test
    void aKeyThatComesTwiceIsRefused() {
        String entry = "\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";

        assertRefused(safetensors("{" + entry + "," + entry + "}", 1), "Duplicate field 'w'");
        assertRefused(safetensors(("{" + entry + "," + entry + "}").replace("w", "\\u001b"), 1), "Duplicate field '?'");
    }

    @Test
    void aHeaderInUtf16OrBrokenUtf8IsRefused() {
        byte[] file = safetensors("{\"??\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
        file[10] = (byte) 0xc3;

        assertRefused(file, "not UTF-8");
        assertRefused(safetensors("{\0\"\0w\0\"\0", 1), "its header is not the JSON of safetensors");
    }

    @Test
    void jsonNestedAMillionDeepIsRefused() {
        assertRefused(safetensors("{\"w\":" + "[".repeat(1_000_000), 1), "its header is not the JSON of safetensors");
    }

    @Test
    void aTypeThatIsNotReadIsNamedWithThoseThatAre() {
        assertRefused(
                safetensors(entry("F8_E8M0", "[1]", "[0,1]"), 1),
                "tensor 'w' has the type 'F8_E8M0', which is not read; convert it to one of [F64, F32, F16, BF16,");
    }

    private void assertRefused(byte[] content, String why) {
        Path file = folder.resolve("bad.safetensors");
        assertThatThrownBy(() -> Safetensors.read(Files.write(file, content)))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(why);
    }

    private static String entry(String dtype, String shape, String offsets) {
        return "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}".formatted(dtype, shape, offsets);
    }

    /** What make.py put under each type's name. */
    static double[] expected(DType type) {
        return switch (type) {
            case F64, F32, F16, BF16 -> new double[] {-1.5, -1, -0.5, 0, 0.5, 1};
            case I64, I32, I16, I8 -> new double[] {-3, -2, -1, 0, 1, 2};
            case U8 -> new double[] {0, 1, 2, 3, 4, 5};
            case BOOL -> new double[] {1, 0, 1, 0, 1, 0};
            case F8_E4M3, F8_E5M2 -> throw new IllegalArgumentException("made in a test of its own");
        };
    }
}
