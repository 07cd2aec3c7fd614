package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;

/**
 * Reads a pickle of a TorchScript module as a rehearsal for libtorch's own reader, which believes what it is told: it takes
 * memory for any place in its memo, reads storages beyond their end, lets tensors lie beyond their storage, and overflows
 * its stack where containers nest deep. Objects, of whatever class, become lists of what they hold.
 */
final class ProgramUnpickler extends StateDictUnpickler {

    /** Types of storages that only programs use, and others of their size. */
    private static final Map<String, DType> OF_SIZE = Map.of(
            "QInt8Storage", DType.I8,
            "QUInt8Storage", DType.U8,
            "QInt32Storage", DType.I32,
            "ComplexHalfStorage", DType.I32,
            "ComplexFloatStorage", DType.I64);

    private final Path file;
    private final String entry;
    private final int length;
    private final List<TensorRef> tensors = new ArrayList<>();

    private ProgramUnpickler(Path file, String entry, int length) {
        super(file);
        this.file = file;
        this.entry = entry;
        this.length = length;
    }

    /**
     * The tensors that a pickle describes.
     *
     * @param entry of the archive, for messages
     * @throws BadInput if it is damaged, or built to harm
     */
    static List<TensorRef> tensors(Path file, String entry, byte[] pickle) {
        ProgramUnpickler unpickler = new ProgramUnpickler(file, entry, pickle.length);
        if (!Nesting.isShallow(unpickler.object(new ByteArrayInputStream(pickle)))) {
            throw unpickler.refused("containers in containers, more than %d deep".formatted(Nesting.DEEPEST));
        }
        return unpickler.tensors;
    }

    @Override
    protected Object dispatch(short opcode) throws IOException {
        switch (opcode) {
            case Opcodes.NEWOBJ -> {
                stack.add(newObject(stack.pop(), stack.pop()));
                return NO_RETURN_VALUE;
            }
            case Opcodes.STOP -> requireNothingElse();
            case Opcodes.LONG_BINPUT -> requirePlace();
            default -> {}
        }
        return super.dispatch(opcode);
    }

    private static Object newObject(Object arguments, Object made) {
        return ((IObjectConstructor) made).construct((Object[]) arguments);
    }

    /** What is left over would not be looked at here, yet taken apart by libtorch. */
    private void requireNothingElse() {
        if (stack.size() != 1) {
            throw new PickleException("more than one object");
        }
    }

    /** libtorch takes memory for all places of its memo up to this one. */
    private void requirePlace() throws IOException {
        input.mark(Integer.BYTES);
        int place = PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, Integer.BYTES));
        input.reset();
        if (place < 0 || place > length) {
            throw new PickleException("a place behind all objects");
        }
    }

    /** libtorch knows few names itself and finds the others in the archive's own program, or refuses them. */
    @Override
    Object resolve(String module, String name) {
        String full = module + "." + name;
        ProgramText.require(file, entry, full);
        if (module.equals("torch") && OF_SIZE.containsKey(name)) {
            return OF_SIZE.get(name);
        }
        if (module.equals("torch") && DType.ofStorageClass(name).isPresent()) {
            return super.resolve(module, name);
        }
        return switch (full) {
            case "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" ->
                remembering((IObjectConstructor) super.resolve(module, name));
            case "torch._utils._rebuild_qtensor" -> remembering(args -> tensor(Arrays.copyOf(args, 4)));
            case "torch.jit._pickle.restore_type_tag" -> constructor(this::typed);
            default -> constructor(args -> new ArrayList<>(Arrays.asList(args)));
        };
    }

    private IObjectConstructor remembering(IObjectConstructor constructor) {
        return args -> {
            Object made = constructor.construct(args);
            if (made instanceof TensorRef tensor) {
                tensors.add(tensor);
            }
            return made;
        };
    }

    /** Of (container, its type as text). */
    private Object typed(Object[] args) {
        ProgramText.require(file, entry, (String) args[1]);
        return args[0];
    }

    @Override
    @SuppressWarnings("unchecked")
    void build(Object attributes) {
        ((List<Object>) stack.peek()).add(attributes);
    }

    @Override
    String name() {
        return Faults.quote(entry);
    }

    @Override
    BadInput refused(String what) {
        return Faults.damaged(file, "its %s has %s".formatted(name(), what));
    }
}
