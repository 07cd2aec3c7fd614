package io.github.deepkd.weights;

import static io.github.deepkd.weights.WeightFixtures.counting;
import static io.github.deepkd.weights.WeightFixtures.resource;
import static io.github.deepkd.weights.WeightFixtures.values;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class WeightFilesTest {

    private final PointerScope scope = new PointerScope();

    @TempDir
    Path folder;

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @Test
    void theFormatIsToldByContentWhateverTheName() throws IOException {
        Path misnamedZip = Files.copy(resource("tiny.pt"), folder.resolve("zip.safetensors"));
        Path misnamedSafetensors = Files.copy(resource("tiny.safetensors"), folder.resolve("safetensors.pth"));

        assertThat(WeightFiles.read(misnamedZip).tensors())
                .containsOnlyKeys(
                        WeightFiles.read(misnamedSafetensors).tensors().keySet());
    }

    @Test
    void aTextFileIsQuoted() throws IOException {
        assertUnreadable("version https://git-lfs.github.com/spec/v1\noid sha256:00".getBytes(UTF_8))
                .hasMessageContaining(
                        "is a text file, not weights: it begins with 'version https://git-lfs.github.com/spec/v1'");
    }

    @Test
    void otherContentIsShown() throws IOException {
        assertUnreadable(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0})
                .hasMessageContaining(
                        "neither a safetensors file nor a PyTorch checkpoint, TorchScript module or ONNX model")
                .hasMessageContaining("89 50 4e 47");
        assertUnreadable(new byte[] {0}).hasMessageContaining("it begins with the bytes 00");
    }

    @Test
    void missingFilesFoldersAndEmptyFilesAreNamed() throws IOException {
        Path missing = folder.resolve("none.pt");

        assertThatThrownBy(() -> WeightFiles.read(missing))
                .isInstanceOf(BadInput.class)
                .hasMessage(missing + " does not exist: expected a file of weights");
        assertThatThrownBy(() -> Safetensors.read(missing)).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> WeightFiles.read(folder))
                .isInstanceOf(BadInput.class)
                .hasMessage(folder + " is a folder: expected a file of weights");
        assertUnreadable(new byte[0]).hasMessageContaining("is empty");
    }

    @Test
    void aTarArchiveOfOldPyTorchIsNamed() throws IOException {
        byte[] tar = new byte[512];
        System.arraycopy("ustar".getBytes(UTF_8), 0, tar, 257, 5);

        assertUnreadable(tar).hasMessageContaining("tar format of PyTorch's first versions");
    }

    @Test
    void weightsAreCopiedInPlaceAndFloatingTypesConverted() {
        Map<String, Tensor> model = model(3);
        model.get("fc.weight").requires_grad_(true);
        Map<String, Tensor> given = model(3);
        given.replaceAll((name, tensor) -> tensor.mul(tensor));
        given.put("fc.weight", given.get("fc.weight").to(ScalarType.BFloat16));

        WeightFiles.copyInto(model, file(given), "tiny");

        assertThat(values(model.get("fc.weight").detach())).containsExactly(0, 1, 4, 9, 16, 25);
        assertThat(Tensors.type(model.get("fc.weight"))).contains(DType.F32);
        assertThat(model.get("fc.weight").is_leaf()).isTrue();
    }

    @Test
    void countsOfBatchesMayBeMissing() {
        Map<String, Tensor> given = model(3);
        given.remove("bn.num_batches_tracked");

        WeightFiles.copyInto(model(3), file(given), "tiny");
    }

    @Test
    void everyMissingUnexpectedAndMisshapenKeyIsListedAndNothingCopied() {
        Map<String, Tensor> model = model(3);
        Map<String, Tensor> given = model(3);
        given.remove("fc.bias");
        given.put("fd.bias", counting(3));
        given.put("conv.weight", counting(2, 2));
        given.put("bn.num_batches_tracked", counting(1).reshape());
        given.put("fc.weight", counting(3, 2).exp());

        assertThatThrownBy(() -> WeightFiles.copyInto(model, file(given), "tiny"))
                .isInstanceOf(BadInput.class)
                .hasMessage(
                        "given.pt does not fit the model tiny: 1 missing (fc.bias, nearest fd.bias); 1 unexpected (fd.bias);"
                                + " 2 of another shape or type (conv.weight: file F32[2, 2], model F32[2, 1, 3, 3],"
                                + " bn.num_batches_tracked: file F32[], model I64[]); name the model that the file was made for");
        assertThat(values(model.get("fc.weight"))).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aPartOfAModelIsCalledThat() {
        Map<String, Tensor> given = model(3);
        given.keySet().removeIf(name -> name.startsWith("fc."));

        assertThatThrownBy(() -> WeightFiles.copyInto(model(3), file(given), "tiny"))
                .isInstanceOf(BadInput.class)
                .hasMessage(
                        "given.pt does not fit the model tiny: 2 missing (fc.weight, fc.bias); what it has fits, so it"
                                + " is not whole, or of a variant without these: save the whole state_dict()");
    }

    @Test
    void namesOfOtherProgramsAreUnderstood() {
        Map<String, Tensor> given = new LinkedHashMap<>();
        model(3).forEach((name, tensor) -> given.put("backbone.net." + name.replace("fc.", "head.fc."), tensor));
        Map<String, Tensor> model = model(3);
        model.values().forEach(Tensor::zero_);
        model.put("layer1.0.shortcut.0.weight", counting(1));
        given.put(
                "backbone.net.layer1.0.downsample.0.weight",
                counting(1).add(counting(2).narrow(0, 1, 1)));

        WeightFiles.copyInto(model, file(given), "tiny");

        assertThat(values(model.get("fc.weight"))).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(values(model.get("layer1.0.shortcut.0.weight"))).containsExactly(1);
    }

    @Test
    void twoNamesForOneTensorAreNoneOfOurs() {
        Map<String, Tensor> given = model(3);
        given.put("linear.bias", counting(3));

        assertThatThrownBy(() -> WeightFiles.copyInto(model(3), file(given), "tiny"))
                .hasMessageContaining("1 unexpected (linear.bias)");
    }

    @Test
    void aRefusalEndsWithWhatTheFileLooksLike() {
        Map<String, Tensor> given = model(3);
        given.put("conv.weight", counting(2, 2));

        assertThatThrownBy(() -> WeightFiles.copyInto(model(3), file(given), "tiny", () -> "it looks like others"))
                .hasMessageEndingWith("model F32[2, 1, 3, 3]); it looks like others");
    }

    @Test
    void longListsAreCutAfterEight() {
        Map<String, Tensor> given = model(3);
        IntStream.range(0, 11).forEach(i -> given.put("extra" + i, counting(1)));

        assertThatThrownBy(() -> WeightFiles.copyInto(model(3), file(given), "tiny"))
                .hasMessageContaining("11 unexpected (extra0, ")
                .hasMessageContaining("extra7 and 3 more)");
    }

    @Test
    void anotherClassCountIsCalledThat() {
        assertThatThrownBy(() -> WeightFiles.copyInto(model(100), file(model(10)), "tiny"))
                .isInstanceOf(BadInput.class)
                .hasMessage("given.pt has 10 classes, the data has 100 (fc.weight: file F32[10, 2], model F32[100, 2]);"
                        + " give weights trained for 100 classes");
    }

    @Test
    void anotherFeatureCountIsNotCalledAClassCount() {
        Map<String, Tensor> given = model(3);
        given.put("fc.weight", counting(3, 5));

        assertThatThrownBy(() -> WeightFiles.copyInto(model(3), file(given), "tiny"))
                .hasMessageContaining("1 of another shape or type (fc.weight: file F32[3, 5], model F32[3, 2])");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertUnreadable(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("w.safetensors"), content);
        return assertThatThrownBy(() -> WeightFiles.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file.toString());
    }

    private static WeightFile file(Map<String, Tensor> tensors) {
        return new WeightFile(Path.of("given.pt"), tensors, Map.of());
    }

    private static Map<String, Tensor> model(int classes) {
        Map<String, Tensor> model = new LinkedHashMap<>();
        model.put("conv.weight", counting(2, 1, 3, 3));
        model.put("bn.num_batches_tracked", counting(1).reshape().to(ScalarType.Long));
        model.put("fc.weight", counting(classes, 2));
        model.put("fc.bias", counting(classes));
        return model;
    }
}
