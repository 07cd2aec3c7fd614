package io.github.deepkd.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import net.razorvine.pickle.Opcodes;

/** Writes pickles instruction by instruction, honest and hostile ones. */
final class PickleAssembler {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    PickleAssembler() {
        op(Opcodes.PROTO).raw(2);
    }

    /** A dictionary that holds this one value, under "w". */
    static byte[] dictOf(UnaryOperator<PickleAssembler> value) {
        PickleAssembler dict = new PickleAssembler().op(Opcodes.EMPTY_DICT).text("w");
        return value.apply(dict).op(Opcodes.SETITEM).stop();
    }

    PickleAssembler op(int... opcodes) {
        return raw(opcodes);
    }

    PickleAssembler raw(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    PickleAssembler line(String text) {
        bytes.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleAssembler global(String module, String name) {
        return op(Opcodes.GLOBAL).line(module).line(name);
    }

    PickleAssembler text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op(Opcodes.BINUNICODE).int32(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    PickleAssembler number(long value) {
        op(Opcodes.LONG1).raw(Long.BYTES);
        return raw((int) value, (int) (value >> 8), (int) (value >> 16), (int) (value >> 24))
                .raw((int) (value >> 32), (int) (value >> 40), (int) (value >> 48), (int) (value >> 56));
    }

    PickleAssembler tuple(long... values) {
        op(Opcodes.MARK);
        for (long value : values) {
            number(value);
        }
        return op(Opcodes.TUPLE);
    }

    /** A float32 tensor that looks into storage "0". */
    PickleAssembler tensor(long elements, long offset, long[] sizes, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").op(Opcodes.MARK, Opcodes.MARK);
        text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(elements);
        op(Opcodes.TUPLE, Opcodes.BINPERSID).number(offset).tuple(sizes).tuple(strides);
        return op(Opcodes.NEWFALSE, Opcodes.NONE, Opcodes.TUPLE, Opcodes.REDUCE);
    }

    byte[] stop() {
        return op(Opcodes.STOP).bytes.toByteArray();
    }

    private void int32(int value) {
        raw(value, value >> 8, value >> 16, value >> 24);
    }
}
