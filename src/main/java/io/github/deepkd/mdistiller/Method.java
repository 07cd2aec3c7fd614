package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.distiller.Distillers;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.mdistiller.Mend.Cause;
import java.util.List;
import java.util.Map;

/** The distillers of their code that deepkd has, with what each reads of a file. */
enum Method {
    NONE(0) {
        @Override
        Map<String, Object> recipe(YacsFile file, Regime regime, List<String> notes) {
            return Translation.kind("none");
        }
    },
    KD(1) {
        @Override
        Map<String, Object> recipe(YacsFile file, Regime regime, List<String> notes) {
            if (regime == Regime.DEEPKD && file.truth("SOLVER.DEEPKD.DKD")) {
                notes.add("KD with SOLVER.DEEPKD.DKD True is DKD, with alpha, beta and warm-up of SOLVER.DEEPKD");
                Map<String, Object> dkd = Translation.kind("dkd");
                dkd.put("ce-weight", file.number("KD.LOSS.CE_WEIGHT"));
                dkd.put("temperature", file.number("KD.TEMPERATURE"));
                putDecoupled(dkd, file);
                return dkd;
            }
            Map<String, Object> kd = Translation.kind("kd");
            kd.put("ce-weight", file.number("KD.LOSS.CE_WEIGHT"));
            if (regime == Regime.DEEPKD) {
                notes.add("KD's weight is 1: the trainers of DeepKD do not read KD.LOSS.KD_WEIGHT");
            }
            kd.put("kd-weight", regime == Regime.DEEPKD ? 1.0 : file.number("KD.LOSS.KD_WEIGHT"));
            kd.put("temperature", file.number("KD.TEMPERATURE"));
            return kd;
        }
    },
    DKD(1) {
        @Override
        Map<String, Object> recipe(YacsFile file, Regime regime, List<String> notes) {
            Map<String, Object> dkd = Translation.kind("dkd");
            dkd.put("ce-weight", file.number("DKD.CE_WEIGHT"));
            dkd.put("alpha", file.number("DKD.ALPHA"));
            dkd.put("beta", file.number("DKD.BETA"));
            dkd.put("temperature", file.number("DKD.T"));
            dkd.put("warm-up-epochs", file.number("DKD.WARMUP"));
            return dkd;
        }
    },
    MLKD(2) {
        @Override
        Map<String, Object> recipe(YacsFile file, Regime regime, List<String> notes) {
            Map<String, Object> mlkd = Translation.kind("mlkd");
            mlkd.put("ce-weight", file.number("KD.LOSS.CE_WEIGHT"));
            mlkd.put("kd-weight", file.number("KD.LOSS.KD_WEIGHT"));
            mlkd.put("temperature", file.number("KD.TEMPERATURE"));
            mlkd.put("divergence", divergence(file, regime));
            return mlkd;
        }
    },
    CRLD(2) {
        @Override
        Map<String, Object> recipe(YacsFile file, Regime regime, List<String> notes) {
            Map<String, Object> crld = Translation.kind("crld");
            crld.put("ce-weight", file.number("CRLD.CE_WEIGHT"));
            crld.put("wv-weight", file.number("CRLD.WV_WEIGHT"));
            crld.put("cv-weight", file.number("CRLD.CV_WEIGHT"));
            crld.put("temperature", file.number("CRLD.TEMPERATURE"));
            crld.put("tau-w", file.number("CRLD.TAU_W"));
            crld.put("tau-s", file.number("CRLD.TAU_S"));
            crld.put("divergence", divergence(file, regime));
            return crld;
        }
    };

    private static final String KEY = "DISTILLER.TYPE";

    private final int views;

    Method(int views) {
        this.views = views;
    }

    /** The file's distiller. {@code KD_ours} is what MLKD's own code calls MLKD. */
    static Method of(YacsFile file, List<Mend> mends) {
        String name = file.text(KEY);
        if (name.equals("KD_ours")) {
            mends.add(new Mend(Cause.DISTILLER, KEY + " KD_ours does not exist: read as MLKD, whose own name it is"));
            return MLKD;
        }
        for (Method method : values()) {
            if (method.name().equals(name)) {
                return method;
            }
        }
        throw new BadInput(KEY + " " + name + " is a method that deepkd does not have; its methods are "
                + String.join(", ", Distillers.kinds().keySet()));
    }

    /** Views of an image that it compares; 0 where it has no teacher. */
    int views() {
        return views;
    }

    /** The recipe's {@code method}. */
    abstract Map<String, Object> recipe(YacsFile file, Regime regime, List<String> notes);

    /** Whether their code has the top-k reach it. */
    boolean masks() {
        return this == DKD || this == CRLD;
    }

    /** Whether the setting that standardises logits has an effect: in the papers in all, in their code not in all. */
    boolean standardizes(Regime regime, Semantics semantics) {
        return switch (this) {
            case NONE -> false;
            case KD, DKD -> true;
            case MLKD -> semantics == Semantics.PAPER || regime != Regime.DEEPKD;
            case CRLD -> semantics == Semantics.PAPER;
        };
    }

    private static Object divergence(YacsFile file, Regime regime) {
        if (regime != Regime.DEEPKD || !file.truth("SOLVER.DEEPKD.DKD")) {
            return "kd";
        }
        Map<String, Object> dkd = Translation.kind("dkd");
        putDecoupled(dkd, file);
        return dkd;
    }

    private static void putDecoupled(Map<String, Object> into, YacsFile file) {
        into.put("alpha", file.number("SOLVER.DEEPKD.ALPHA"));
        into.put("beta", file.number("SOLVER.DEEPKD.BETA"));
        into.put("warm-up-epochs", file.number("SOLVER.DEEPKD.WARMUP_FACTOR"));
    }
}
