package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
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

    /** Aliases in a document, so that no small file unfolds to a huge one. */
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
            return Files.readString(file);
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
            return textKeys(source, map, ancestors());
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
        return plain(source, load(source, text), ancestors());
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

    private static Map<String, @Nullable Object> textKeys(String source, Map<?, ?> map, Set<Object> ancestors) {
        enter(source, map, ancestors);
        Map<String, @Nullable Object> checked = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new BadInput(source + ": key " + key + " is not text; put it in quotes");
            }
            checked.put(name, plain(source, value, ancestors));
        });
        ancestors.remove(map);
        return checked;
    }

    private static @Nullable Object plain(String source, @Nullable Object value, Set<Object> ancestors) {
        if (value instanceof Map<?, ?> map) {
            return textKeys(source, map, ancestors);
        }
        if (value instanceof List<?> list) {
            enter(source, list, ancestors);
            List<@Nullable Object> checked = new ArrayList<>();
            list.forEach(item -> checked.add(plain(source, item, ancestors)));
            ancestors.remove(list);
            return checked;
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new BadInput(source + ": expected text, numbers, lists and mappings only, found a tagged value");
    }

    private static void enter(String source, Object collection, Set<Object> ancestors) {
        if (!ancestors.add(collection)) {
            throw new BadInput(source + ": an alias refers to what it stands in");
        }
    }

    /** The collections that the one being read stands in, told apart by identity. */
    private static Set<Object> ancestors() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
