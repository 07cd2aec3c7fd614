package io.github.deepkd.distiller;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The registry of methods: one line each gives it configuration, validation, contract tests and any momenta. */
public final class Distillers {

    private static final Map<String, Record> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("none", PlainTraining.DEFAULTS);
        KINDS.put("kd", Kd.DEFAULTS);
        KINDS.put("dkd", Dkd.DEFAULTS);
        KINDS.put("mlkd", Mlkd.DEFAULTS);
        KINDS.put("crld", Crld.DEFAULTS);
    }

    private Distillers() {}

    /** Kind to its defaults, each a {@link Distiller}. */
    public static Map<String, Record> kinds() {
        return Collections.unmodifiableMap(KINDS);
    }
}
