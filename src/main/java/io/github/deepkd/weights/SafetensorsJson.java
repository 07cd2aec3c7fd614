package io.github.deepkd.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.github.deepkd.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a safetensors header: one object with an entry for each tensor and, perhaps, text under
 * {@code __metadata__}. Padded with spaces to a multiple of 8 bytes, as the format's reference implementation does.
 */
final class SafetensorsJson {

    /** The key that is no tensor's name. */
    static final String METADATA = "__metadata__";

    private static final int ALIGNMENT = 8;
    private static final int LONGEST_REASON = 200;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, SafetensorsJson::onlyText)
            .build();

    private record JsonEntry(
            String dtype,
            List<Long> shape,
            @JsonProperty("data_offsets") List<Long> dataOffsets) {}

    private SafetensorsJson() {}

    /** Parses strictly; the offsets of each entry agree with its own type and shape, not yet with one another. */
    static SafetensorsHeader parse(Path file, byte[] json) {
        // A strict decoder of our own: from bytes Jackson would accept UTF-16 as well.
        Reader text = new InputStreamReader(new ByteArrayInputStream(json), UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            return parse(file, parser);
        } catch (JsonProcessingException e) {
            throw malformed(file, Faults.plain(e.getOriginalMessage(), LONGEST_REASON));
        } catch (IOException e) {
            throw malformed(file, "it is not UTF-8");
        }
    }

    private static SafetensorsHeader parse(Path file, JsonParser parser) throws IOException {
        Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        require(parser.nextToken() == JsonToken.START_OBJECT, file, "it is no object");
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            if (name.equals(METADATA)) {
                metadata.putAll(metadata(file, parser));
            } else {
                entries.put(name, entry(file, name, parser));
            }
        }
        require(parser.nextToken() == null, file, "something follows its object");
        return new SafetensorsHeader(entries, metadata);
    }

    static byte[] render(SafetensorsHeader header) throws JsonProcessingException {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!header.metadata().isEmpty()) {
            json.put(METADATA, header.metadata());
        }
        header.entries()
                .forEach((name, entry) -> json.put(
                        name, new JsonEntry(entry.type().name(), entry.shape(), List.of(entry.begin(), entry.end()))));
        byte[] text = JSON.writeValueAsBytes(json);
        byte[] padded = Arrays.copyOf(text, (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }

    private static Map<String, String> metadata(Path file, JsonParser parser) throws IOException {
        @Nullable Map<String, String> metadata = parser.readValueAs(new TypeReference<Map<String, String>>() {});
        if (metadata == null) {
            throw malformed(file, METADATA + " is null");
        }
        return metadata;
    }

    private static SafetensorsHeader.Entry entry(Path file, String name, JsonParser parser) throws IOException {
        @Nullable JsonEntry json = parser.readValueAs(JsonEntry.class);
        if (json == null || json.dataOffsets().size() != 2) {
            throw malformed(file, "tensor %s lacks its two data_offsets".formatted(Faults.quote(name)));
        }
        DType type = DType.named(json.dtype())
                .orElseThrow(
                        () -> new BadInput("%s: tensor %s has the type %s, which is not read; convert it to one of %s"
                                .formatted(
                                        file,
                                        Faults.quote(name),
                                        Faults.quote(json.dtype()),
                                        Arrays.toString(DType.values()))));
        long begin = json.dataOffsets().get(0);
        long end = json.dataOffsets().get(1);
        require(
                0 <= begin && begin <= end && type.bytes(json.shape()).equals(OptionalLong.of(end - begin)),
                file,
                "tensor %s of type %s and shape %s cannot fill the bytes %d to %d"
                        .formatted(Faults.quote(name), type, json.shape(), begin, end));
        return new SafetensorsHeader.Entry(type, json.shape(), begin, end);
    }

    private static void onlyText(MutableCoercionConfig toText) {
        for (CoercionInputShape shape : CoercionInputShape.values()) {
            toText.setCoercion(shape, CoercionAction.Fail);
        }
    }

    private static void require(boolean condition, Path file, String otherwise) {
        if (!condition) {
            throw malformed(file, otherwise);
        }
    }

    private static BadInput malformed(Path file, String how) {
        return Faults.damaged(file, "its header is not the JSON of safetensors (%s)".formatted(how));
    }
}
