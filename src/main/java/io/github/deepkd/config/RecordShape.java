package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The reflection behind {@link RecordBinder}: a record class as its keys, and how to read and construct it. */
record RecordShape(Class<? extends Record> type, List<Slot> slots) {

    static RecordShape of(Class<? extends Record> type) {
        return new RecordShape(
                type, Arrays.stream(type.getRecordComponents()).map(Slot::new).toList());
    }

    List<String> keys() {
        return slots.stream().map(Slot::key).toList();
    }

    /** @throws BadInput with the path in front when the record's own validation refuses the values */
    Record construct(KeyPath path, List<@Nullable Object> values) {
        try {
            Constructor<? extends Record> canonical = type.getDeclaredConstructor(
                    slots.stream().map(slot -> slot.component.getType()).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return canonical.newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            throw refused(path, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be constructed", e);
        }
    }

    private static RuntimeException refused(KeyPath path, @Nullable Throwable cause) {
        if (cause instanceof BadInput || cause instanceof IllegalArgumentException) {
            return new BadInput(path.inFront(Objects.requireNonNullElse(cause.getMessage(), "is refused")), cause);
        }
        return cause instanceof RuntimeException bug ? bug : new IllegalStateException(cause);
    }

    /** One record component. */
    record Slot(RecordComponent component) {

        String key() {
            return Names.ofComponent(component.getName());
        }

        Type type() {
            return component.getGenericType();
        }

        boolean mayBeNull() {
            return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        }

        @Nullable
        Object read(Record record) {
            try {
                component.getAccessor().setAccessible(true);
                return component.getAccessor().invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " cannot be read", e);
            }
        }
    }
}
