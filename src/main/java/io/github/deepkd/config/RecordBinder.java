package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Overlays plain maps, as YAML gives them, on records, and writes records as such maps. A key is the kebab-case name of
 * a record component ({@code ceWeight} is {@code ce-weight}); a component is an int, long, double, boolean, String,
 * Path, enum constant, a list of these, another record or a <em>choice</em>. Null is a value where the component is
 * marked {@link Nullable}.
 *
 * <p>A choice is an interface with registered kinds. It is written as the kind alone ({@code method: kd}) or as a
 * mapping of the kind's keys and, optionally, {@code kind}. Another kind than the present one starts from its defaults;
 * the same kind, or none, changes just the keys given.
 *
 * <p>A record's compact constructor is its validation: the message of a {@link BadInput} or
 * {@link IllegalArgumentException} thrown there begins with the component's key, and the user reads it with the path of
 * the record in front.
 */
public final class RecordBinder {

    private static final String KIND = "kind";

    private final Map<Class<?>, Map<String, ? extends Record>> choices;

    /**
     * @param choices for each interface that is a choice, its kinds in the order to list them: name to defaults, each
     *     of a class of its own
     */
    public RecordBinder(Map<Class<?>, Map<String, ? extends Record>> choices) {
        choices.forEach(RecordBinder::requireDistinctClasses);
        this.choices = Map.copyOf(choices);
    }

    private static void requireDistinctClasses(Class<?> choice, Map<String, ? extends Record> kinds) {
        if (kinds.values().stream().map(Record::getClass).distinct().count() < kinds.size()) {
            throw new IllegalArgumentException("two kinds of " + choice + " share a class: " + kinds);
        }
    }

    /**
     * {@code base} with the overlay's values in place of its own.
     *
     * @throws BadInput naming the key at fault
     */
    @SuppressWarnings("unchecked") // a record class has no subclasses: that of an R makes an R
    public <R extends Record> R bind(R base, Map<String, ? extends @Nullable Object> overlay) {
        return (R) record(KeyPath.ROOT, "", base.getClass(), base, overlay);
    }

    /**
     * The inverse of {@link #bind}: every component in order, choices with their {@code kind} first, nulls left out.
     * Made of maps, lists, text, numbers and truth values only.
     */
    public Map<String, Object> toMap(Record record) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordShape.Slot slot : RecordShape.of(record.getClass()).slots()) {
            Object value = slot.read(record);
            if (value != null) {
                map.put(slot.key(), plain(slot.type(), value));
            }
        }
        return map;
    }

    private Object plain(Type declared, Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(item -> plain(elementOf(declared), item)).toList();
        }
        if (value instanceof Record record) {
            Map<String, Object> map = new LinkedHashMap<>();
            Map<String, ? extends Record> kinds = kindsOf(declared);
            if (kinds != null) {
                map.put(KIND, kindOf(kinds, record));
            }
            map.putAll(toMap(record));
            return map;
        }
        if (value instanceof Enum<?> constant) {
            return Names.ofConstant(constant);
        }
        return value instanceof Path ? value.toString() : value;
    }

    /** @param title what messages call the record: the path, and the kind of a choice; empty at the root */
    private Record record(
            KeyPath path, String title, Class<? extends Record> type, @Nullable Record base, Map<?, ?> overlay) {
        RecordShape shape = RecordShape.of(type);
        refuseUnknownKeys(title, shape.keys(), overlay);
        List<@Nullable Object> values = new ArrayList<>();
        for (RecordShape.Slot slot : shape.slots()) {
            KeyPath place = path.child(slot.key());
            Object current = base == null ? null : slot.read(base);
            values.add(
                    overlay.containsKey(slot.key())
                            ? given(place, slot, current, overlay.get(slot.key()))
                            : kept(place, slot, current));
        }
        return shape.construct(path, values);
    }

    private static void refuseUnknownKeys(String title, List<String> known, Map<?, ?> overlay) {
        for (Object key : overlay.keySet()) {
            if (!known.contains(key)) {
                String where = title.isEmpty() ? "" : " in " + title;
                throw new BadInput("unknown key '" + key + "'" + where + Names.hint(String.valueOf(key), known));
            }
        }
    }

    private @Nullable Object given(
            KeyPath path, RecordShape.Slot slot, @Nullable Object current, @Nullable Object given) {
        return given == null && slot.mayBeNull() ? null : value(path, slot.type(), current, given);
    }

    /** A record that was null before has nothing to keep: what may not be null must then be given. */
    private static @Nullable Object kept(KeyPath path, RecordShape.Slot slot, @Nullable Object current) {
        if (current == null && !slot.mayBeNull()) {
            throw path.refused("is missing");
        }
        return current;
    }

    private Object value(KeyPath path, Type type, @Nullable Object current, @Nullable Object given) {
        if (type instanceof ParameterizedType) {
            return list(path, elementOf(type), given);
        }
        Map<String, ? extends Record> kinds = kindsOf(type);
        if (kinds != null) {
            return choice(path, kinds, (Record) current, given);
        }
        Class<?> raw = (Class<?>) type;
        return raw.isRecord()
                ? record(path, path.text(), raw.asSubclass(Record.class), (Record) current, path.mapping(given))
                : Scalars.read(path, raw, given);
    }

    private List<Object> list(KeyPath path, Type element, @Nullable Object given) {
        if (!(given instanceof List<?> items)) {
            throw path.expected("a list such as [1, 2, 3]", given);
        }
        return IntStream.range(0, items.size())
                .mapToObj(i -> value(path.item(i), element, null, items.get(i)))
                .toList();
    }

    private Record choice(
            KeyPath path, Map<String, ? extends Record> kinds, @Nullable Record current, @Nullable Object given) {
        Map<Object, @Nullable Object> overlay =
                new LinkedHashMap<>(given instanceof String name ? Map.of(KIND, name) : path.mapping(given));
        String present = current == null ? null : kindOf(kinds, current);
        Object kind = overlay.containsKey(KIND) ? overlay.remove(KIND) : present;
        Record base = current != null && Objects.equals(kind, present) ? current : defaults(path, kinds, kind);
        return record(path, path.text() + " (" + kind + ")", base.getClass(), base, overlay);
    }

    private static Record defaults(KeyPath path, Map<String, ? extends Record> kinds, @Nullable Object kind) {
        if (kind == null) {
            throw path.refused("the kind is missing; known: " + String.join(", ", kinds.keySet()));
        }
        Record defaults = kinds.get(kind.toString()); // YAML's kinds may be numbers, which none is called by
        if (defaults == null) {
            throw path.refused("unknown kind '" + kind + "'" + Names.hint(kind.toString(), kinds.keySet()));
        }
        return defaults;
    }

    private @Nullable Map<String, ? extends Record> kindsOf(Type type) {
        return type instanceof Class<?> raw ? choices.get(raw) : null;
    }

    private static String kindOf(Map<String, ? extends Record> kinds, Record value) {
        return kinds.entrySet().stream()
                .filter(kind -> kind.getValue().getClass() == value.getClass())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(value + " is of none of the kinds " + kinds.keySet()));
    }

    private static Type elementOf(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return list.getActualTypeArguments()[0];
        }
        throw new IllegalArgumentException("no value of " + type + " can be read from a configuration");
    }
}
