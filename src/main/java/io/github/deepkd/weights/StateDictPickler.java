package io.github.deepkd.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.razorvine.pickle.IObjectPickler;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.Pickler;

/** Pickles maps, text and numbers, and what {@code torch.save} writes beside them for a tensor. */
final class StateDictPickler extends Pickler {

    /** A Python class or function. */
    record Global(String module, String name) {}

    /** What a function gives for these arguments. */
    @SuppressWarnings("ArrayRecordComponent") // an array becomes a tuple; nobody compares calls
    record Call(Global function, Object... arguments) {}

    /** Something that lies beside the pickle, found by its id. */
    @SuppressWarnings("ArrayRecordComponent") // as above
    record Beside(Object... id) {}

    private static final Map<Class<?>, IObjectPickler> OWN = Map.of(
            Global.class, (object, out, pickler) -> global((Global) object, out),
            Call.class,
                    (object, out, pickler) -> {
                        pickler.save(((Call) object).function());
                        pickler.save(((Call) object).arguments());
                        out.write(Opcodes.REDUCE);
                    },
            Beside.class,
                    (object, out, pickler) -> {
                        pickler.save(((Beside) object).id());
                        out.write(Opcodes.BINPERSID);
                    });

    /** Without a memo: nothing is there twice but short text. */
    StateDictPickler() {
        super(false);
    }

    private static void global(Global global, OutputStream out) throws IOException {
        out.write(Opcodes.GLOBAL);
        out.write((global.module() + "\n" + global.name() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    protected IObjectPickler getCustomPickler(Class<?> type) {
        return OWN.getOrDefault(type, super.getCustomPickler(type));
    }
}
