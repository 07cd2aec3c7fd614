package io.github.deepkd.weights;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Weights in several safetensors files ("shards") beside an index, {@code model.safetensors.index.json}, that tells of
 * each tensor which file holds it: Hugging Face's layout for large models.
 */
final class SafetensorsIndex {

    /** As long as a header may be. */
    private static final long LONGEST = 100_000_000;

    /** A plain name: an index must not lead out of its folder. */
    private static final Pattern SHARD = Pattern.compile("[\\w.-]*\\w[\\w.-]*");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Index(
            @Nullable Map<String, JsonNode> metadata,
            @JsonProperty("weight_map") @Nullable Map<String, String> weightMap) {}

    private SafetensorsIndex() {}

    /** Reads every tensor, in the index's order; see {@link WeightFiles#read}. */
    static WeightFile read(Path index) {
        Index parsed = parse(index);
        Map<String, WeightFile> shards = new LinkedHashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Objects.requireNonNull(parsed.weightMap()).forEach((name, shard) -> {
            WeightFile file = shards.computeIfAbsent(shard, key -> Safetensors.read(beside(index, key)));
            tensors.put(name, tensor(index, name, file));
        });
        shards.values().forEach(shard -> requireAllListed(index, shard, tensors));
        return new WeightFile(index, tensors, metadata(parsed));
    }

    private static Index parse(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw malformed(file, "it is longer than %d bytes".formatted(LONGEST));
            }
            @Nullable Index index = JSON.readValue(file.toFile(), Index.class);
            if (index == null || index.weightMap() == null || index.weightMap().isEmpty()) {
                throw malformed(file, "it has no weight_map");
            }
            if (index.weightMap().containsValue(null)) {
                throw malformed(file, "a tensor's shard is null in its weight_map");
            }
            return index;
        } catch (IOException e) {
            throw malformed(
                    file,
                    Faults.plain(
                            String.valueOf(e.getMessage()).lines().findFirst().orElse(""), 200));
        }
    }

    private static Path beside(Path index, String shard) {
        if (!SHARD.matcher(shard).matches()) {
            throw malformed(index, "the shard %s is no plain file name".formatted(Faults.quote(shard)));
        }
        Path file = index.resolveSibling(shard);
        if (!Files.isRegularFile(file)) {
            throw new BadInput("%s names the shard %s, which is not beside it: download every shard into that folder"
                    .formatted(index, shard));
        }
        return file;
    }

    private static Tensor tensor(Path index, String name, WeightFile shard) {
        Tensor tensor = shard.tensors().get(name);
        if (tensor == null) {
            throw disagreement(index, shard, name + " is said to be there, but is not");
        }
        return tensor;
    }

    private static void requireAllListed(Path index, WeightFile shard, Map<String, Tensor> listed) {
        shard.tensors().keySet().stream()
                .filter(name -> !listed.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw disagreement(index, shard, name + " is there, but not in the index");
                });
    }

    private static Map<String, String> metadata(Index index) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (index.metadata() != null) {
            index.metadata().forEach((key, value) -> metadata.put(key, value.asText()));
        }
        return metadata;
    }

    private static BadInput disagreement(Path index, WeightFile shard, String how) {
        return new BadInput("%s and its shard %s disagree: the tensor %s; download both again"
                .formatted(index, shard.file().getFileName(), how));
    }

    private static BadInput malformed(Path file, String how) {
        return new BadInput(
                "%s is text, but no index of safetensors files: %s; give model.safetensors.index.json or one file of weights"
                        .formatted(file, how));
    }
}
