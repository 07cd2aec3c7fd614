package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML 1.2 (core schema) as maps with text keys, lists, text, numbers, truth values and nulls; nothing in a file can
 * make an object of any other class.
 */
public final class Yaml {

    /** Code points in a document; a recipe has some hundreds. */
    private static final int MAX_LENGTH = 1_000_000;

    /** Of UTF-8. */
    private static final int MAX_BYTES = 4 * MAX_LENGTH;

    /** Collections within one another, for the loader goes down by recursion; a recipe has some five. */
    private static final int MAX_DEPTH = 50;

    /** Aliases in a document, so that no small file unfolds to a huge one; see {@link PlainValues} too. */
    private static final int MAX_ALIASES = 10;

    private Yaml() {}

    /**
     * The one mapping that the file holds.
     *
     * @throws BadInput naming the file, and the line where there is one
     */
    public static Map<String, @Nullable Object> read(Path file) {
        return parse(file.toString(), text(file));
    }

    /** The file's text, read as strictly as {@link #read} does. */
    public static String text(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(InputFile.bytes(file, MAX_BYTES));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (NoSuchFileException e) {
            throw new BadInput("file " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new BadInput("file " + file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new BadInput("file " + file + " cannot be read: " + e, e);
        }
    }

    /**
     * The one mapping that the text holds.
     *
     * @param source what messages call the text
     * @throws BadInput naming the source, and the line where there is one
     */
    public static Map<String, @Nullable Object> parse(String source, String text) {
        if (load(source, text) instanceof Map<?, ?> map) {
            return new PlainValues(source).mapping(map);
        }
        throw new BadInput(source + ": expected a mapping of keys to values, such as 'epochs: 10'");
    }

    /**
     * The value of {@code --set key=value}: a scalar, or a list or mapping in flow style; null for an empty text.
     *
     * @throws BadInput telling what is wrong with the text
     */
    public static @Nullable Object parseValue(String text) {
        String source = "value '" + text + "'";
        return new PlainValues(source).value(load(source, text));
    }

    /**
     * A value under its path: {@code overlay("a.b", 1)} is {@code {a: {b: 1}}}.
     *
     * @throws BadInput when a key between the dots is empty
     */
    public static Map<String, @Nullable Object> overlay(String dottedKey, @Nullable Object value) {
        if (!dottedKey.matches("[^.]+(\\.[^.]+)*")) {
            throw new BadInput("key '" + dottedKey + "' is incomplete; expected names with dots between them");
        }
        int dot = dottedKey.lastIndexOf('.');
        Map<String, @Nullable Object> last = Collections.singletonMap(dottedKey.substring(dot + 1), value);
        return dot < 0 ? last : overlay(dottedKey.substring(0, dot), last);
    }

    /** Block style, one key a line; {@link #parse} reads it back. */
    public static String dump(Map<String, ? extends @Nullable Object> map) {
        DumpSettings settings = DumpSettings.builder()
                .setSchema(new CoreSchema())
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setDereferenceAliases(true)
                .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
                .build();
        return new Dump(settings).dumpToString(map);
    }

    private static @Nullable Object load(String source, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_LENGTH)
                .build();
        try {
            requireShallow(source, new Parse(settings).parseString(text));
            return new Load(settings).loadFromString(text);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1))
                    .orElse("");
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw new BadInput(source + line + ": " + context + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new BadInput(source + ": " + e.getMessage(), e);
        }
    }

    /** The parser, unlike the loader, keeps its own stack. */
    private static void requireShallow(String source, Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MAX_DEPTH) {
                String line = event.getStartMark()
                        .map(mark -> ", line " + (mark.getLine() + 1))
                        .orElse("");
                throw new BadInput(source + line + ": collections are nested more than " + MAX_DEPTH + " deep");
            }
        }
    }
}
