package io.github.deepkd.weights;

import static io.github.deepkd.weights.WeightFixtures.counting;
import static io.github.deepkd.weights.WeightFixtures.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class SafetensorsIndexTest {

    private final PointerScope scope = new PointerScope();

    @TempDir
    Path folder;

    @BeforeEach
    void writeShards() {
        Safetensors.write(folder.resolve("model-1.safetensors"), Map.of("a", counting(2), "b", counting(1)), Map.of());
        Safetensors.write(folder.resolve("model-2.safetensors"), Map.of("c", counting(3)), Map.of());
    }

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @Test
    void tensorsComeFromTheirShardsInTheIndexsOrderWithItsMetadata() throws IOException {
        WeightFile read = read("""
                {"metadata": {"total_size": 24, "format": "pt"}, "more": [],
                 "weight_map": {"c": "model-2.safetensors", "a": "model-1.safetensors", "b": "model-1.safetensors"}}""");

        assertThat(read.tensors().keySet()).containsExactly("c", "a", "b");
        assertThat(values(read.tensors().get("c"))).containsExactly(0, 1, 2);
        assertThat(read.metadata()).containsEntry("total_size", "24").containsEntry("format", "pt");
    }

    @Test
    void whatIndexAndShardsDoNotAgreeOnIsNamed() {
        refused("{\"a\": \"model-1.safetensors\"}", "its shard model-1.safetensors disagree", "the tensor b is there");
        refused("{\"x\": \"model-2.safetensors\"}", "the tensor x is said to be there, but is not");
        refused("{\"a\": null}", "a tensor's shard is null");
        refused("{\"c\": \"model-3.safetensors\"}", "names the shard model-3.safetensors, which is not beside it");
    }

    @Test
    void anIndexCannotLeadOutOfItsFolder() {
        refused("{\"a\": \"../model-1.safetensors\"}", "'../model-1.safetensors' is no plain file name");
        refused("{\"a\": \"..\"}", "'..' is no plain file name");
    }

    @Test
    void otherJsonIsNoIndex() {
        assertThatThrownBy(() -> read("{\"weights\": 3}"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is text, but no index of safetensors files: it has no weight_map");
        assertThatThrownBy(() -> read("{\"weight_map\": {\"a\": "))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is text, but no index of safetensors files");
        refused("{}", "it has no weight_map");
    }

    private void refused(String weightMap, String... named) {
        assertThatThrownBy(() -> read("{\"weight_map\": " + weightMap + "}"))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll(named);
    }

    private WeightFile read(String json) throws IOException {
        return WeightFiles.read(Files.writeString(folder.resolve("model.safetensors.index.json"), json));
    }
}
