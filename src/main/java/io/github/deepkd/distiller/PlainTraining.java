package io.github.deepkd.distiller;

import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.Term;
import java.util.List;
import java.util.Set;

/** No teacher: L = CE. How teachers are made, and the student alone that a distilled one is compared with. */
public record PlainTraining() implements Distiller {

    public static final PlainTraining DEFAULTS = new PlainTraining();

    @Override
    public Set<Component> components() {
        return Set.of(Component.TASK);
    }

    @Override
    public List<Term> losses(Pass pass) {
        return new Terms(pass).labels(1, pass.weak()).list();
    }

    @Override
    public boolean needsTeacher() {
        return false;
    }

    @Override
    public String about() {
        return "plain training with cross-entropy, no teacher";
    }
}
