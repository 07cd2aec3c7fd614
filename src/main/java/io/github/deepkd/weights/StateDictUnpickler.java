package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.weights.TensorRef.StorageRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the pickle of a state dictionary into maps, lists, text, numbers and {@link TensorRef}s. A pickle is a program
 * that may call anything in Python; here two lists are closed: the instructions ({@link #dispatch}, those that
 * {@code torch.save} uses) and the classes ({@link #resolve}). The library's own table of classes is never asked.
 *
 * <p>No step recurses, so nesting costs no stack, and no step reserves more than the pickle has bytes.
 */
class StateDictUnpickler extends Unpickler {

    /** A state dictionary takes some 30 instructions a tensor; each may cost up to 100 bytes of heap. */
    private static final int MAX_INSTRUCTIONS = 1_000_000;

    private final Path file;
    private final Map<String, StorageRef> storages = new HashMap<>();
    private int instructions;

    StateDictUnpickler(Path file) {
        this.file = file;
    }

    /**
     * What a pickle held.
     *
     * @param storages those that its tensors look into, by key
     */
    record Loaded(Object object, Map<String, StorageRef> storages) {}

    /**
     * The next pickle of a stream, which then stands behind it.
     *
     * @param pickle tells by {@link InputStream#available} how much is left
     * @throws BadInput if it is damaged or asks for anything outside the two lists
     */
    static Loaded load(Path file, InputStream pickle) {
        StateDictUnpickler unpickler = new StateDictUnpickler(file);
        return new Loaded(unpickler.object(pickle), unpickler.storages);
    }

    /** What the next pickle of the stream holds. */
    final Object object(InputStream pickle) {
        try {
            return load(pickle);
        } catch (BadInput e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The library answers a malformed pickle with whatever its casts, lists and parsers throw.
            throw Faults.damaged(file, "its %s makes no sense at instruction %d".formatted(name(), instructions));
        }
    }

    /** What messages call the pickle. */
    String name() {
        return "pickle";
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        if (++instructions > MAX_INSTRUCTIONS) {
            throw refused("more than %d pickle instructions".formatted(MAX_INSTRUCTIONS));
        }
        switch (opcode) {
            case Opcodes.GLOBAL -> stack.add(resolve(readLine(), readLine()));
            case Opcodes.STACK_GLOBAL -> resolveFromStack();
            case Opcodes.INST -> throw refusedClass(readLine(), readLine());
            case Opcodes.BINUNICODE -> stack.add(readText());
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.SETITEM -> setItems(popPair());
            case Opcodes.SETITEMS -> setItems(stack.pop_all_since_marker());
            case Opcodes.APPENDS -> appendAll(stack.pop_all_since_marker());
            case Opcodes.BUILD -> build(stack.pop());
            case Opcodes.PROTO,
                    Opcodes.FRAME,
                    Opcodes.STOP,
                    Opcodes.MARK,
                    Opcodes.NONE,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.LONG1,
                    Opcodes.BINFLOAT,
                    Opcodes.SHORT_BINSTRING,
                    Opcodes.SHORT_BINUNICODE,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.APPEND,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPERSID,
                    Opcodes.REDUCE -> {
                return super.dispatch(opcode);
            }
            default -> throw refused("the pickle instruction %d".formatted(opcode));
        }
        return NO_RETURN_VALUE;
    }

    /** The storage that {@code torch.save} names ("storage", class, key, device, number of elements, in legacy files a view). */
    @Override
    protected Object persistentLoad(Object pid) {
        Object[] id = (Object[]) pid;
        if (id.length > 5 && id[5] != null) {
            throw refused("a view of a storage");
        }
        StorageRef storage = new StorageRef((DType) id[1], (String) id[2], asLong(id[4]));
        storages.put(storage.key(), storage);
        return storage;
    }

    /** The closed list of classes; storage classes stand for their element type. */
    Object resolve(String module, String name) {
        return switch (module + "." + name) {
            case "collections.OrderedDict" -> constructor(args -> new LinkedHashMap<>());
            case "torch.Size", "torch._utils._rebuild_parameter" -> constructor(args -> args[0]);
            case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> constructor(this::tensor);
            default -> storageType(module, name);
        };
    }

    private DType storageType(String module, String name) {
        return Optional.of(name)
                .filter(any -> module.equals("torch"))
                .flatMap(DType::ofStorageClass)
                .orElseThrow(() -> refusedClass(module, name));
    }

    /** Of (storage, offset, sizes, strides) and, in files since 0.4, requires_grad, hooks, metadata, mostly None. */
    final TensorRef tensor(Object[] args) {
        if (args.length > 6 && args[6] != null) {
            throw refused("a tensor with attributes of its own");
        }
        return new TensorRef((StorageRef) args[0], asLong(args[1]), asLongs(args[2]), asLongs(args[3]));
    }

    private void resolveFromStack() {
        String name = (String) stack.pop();
        String module = (String) stack.pop();
        stack.add(resolve(module, name));
    }

    private List<Object> popPair() {
        Object value = stack.pop();
        return Arrays.asList(stack.pop(), value);
    }

    /** The library's own way loses the order of the items. */
    @SuppressWarnings("unchecked")
    private void setItems(List<Object> keysAndValues) {
        Map<Object, Object> target = (Map<Object, Object>) stack.peek();
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            if (key instanceof Map || key instanceof List) {
                // Python forbids it too; hashing one that contains itself would not end.
                throw new PickleException("a key that can change");
            }
            target.put(key, keysAndValues.get(i + 1));
        }
    }

    /** The library's own way trims the list each time, which is quadratic. */
    @SuppressWarnings("unchecked")
    private void appendAll(List<Object> items) {
        ((List<Object>) stack.peek()).addAll(items);
    }

    /** Attributes, such as a state dictionary's {@code _metadata}, are not needed. */
    void build(Object attributes) {
        if (!(attributes instanceof Map && stack.peek() instanceof Map)) {
            throw refused("an object with a state of its own");
        }
    }

    private String readLine() throws IOException {
        return PickleUtils.readline(input);
    }

    /** The library would reserve whatever length the file claims. */
    private String readText() throws IOException {
        int length = PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, Integer.BYTES));
        if (length < 0 || length > input.available()) {
            throw new PickleException("text longer than the pickle");
        }
        return new String(PickleUtils.readbytes(input, length), StandardCharsets.UTF_8);
    }

    private BadInput refusedClass(String module, String name) {
        return refused("the Python class " + Faults.quote(module + "." + name));
    }

    BadInput refused(String what) {
        return new BadInput(
                "%s is refused, nothing of it was run: to build it Python would need %s, which could be any code; %s"
                        .formatted(file, what, Faults.RESAVE));
    }

    static IObjectConstructor constructor(IObjectConstructor constructor) {
        return constructor;
    }

    private static long asLong(Object number) {
        if (number instanceof Integer || number instanceof Long) {
            return ((Number) number).longValue();
        }
        throw new PickleException("not a whole number");
    }

    private static List<Long> asLongs(Object tuple) {
        Object[] numbers = (Object[]) tuple;
        if (numbers.length > DType.MAX_RANK) {
            throw new PickleException("too many dimensions");
        }
        return Arrays.stream(numbers).map(StateDictUnpickler::asLong).toList();
    }
}
