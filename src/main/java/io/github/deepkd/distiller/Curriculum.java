package io.github.deepkd.distiller;

import io.github.deepkd.BadInput;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Whether the temperature is learned beside the student. A variant is one record here and one row in {@link #kinds}. */
public interface Curriculum {

    /** The registry: kind to its defaults. */
    static Map<String, Record> kinds() {
        Map<String, Record> kinds = new LinkedHashMap<>();
        kinds.put("none", new None());
        kinds.put("ctkd", Ctkd.DEFAULTS);
        return kinds;
    }

    /** A fresh temperature to learn, in the innermost tensor scope; empty where methods keep their own. */
    Optional<LearnedTemperature> start();

    /** The method's own temperature. */
    record None() implements Curriculum {
        @Override
        public Optional<LearnedTemperature> start() {
            return Optional.empty();
        }
    }

    /**
     * CTKD with a global temperature (Li et al., AAAI 2023): tau = base + range sigmoid(theta), theta moving
     * to make the loss larger, the harder the further training is.
     *
     * @param base the lower bound of tau
     * @param range how far above it tau may be
     * @param epochs over which theta's gradient grows to its full weight, by half a cosine
     * @param momentum of theta
     */
    record Ctkd(double base, double range, double epochs, double momentum) implements Curriculum {

        /** As the authors of CTKD. */
        public static final Ctkd DEFAULTS = new Ctkd(1, 20, 10, 0.9);

        public Ctkd {
            Distiller.requireTemperature("base", base);
            Distiller.requireTemperature("range", range);
            Distiller.requireTemperature("epochs", epochs);
            if (!(momentum >= 0 && momentum < 1)) {
                throw new BadInput("momentum must be from 0 to below 1, found " + momentum);
            }
        }

        @Override
        public Optional<LearnedTemperature> start() {
            return Optional.of(new LearnedTemperature(this));
        }
    }
}
