package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * How a file's tensors differ from those of the model they shall go into.
 *
 * @param missing names of the model that the file lacks
 * @param unexpected names of the file that the model lacks
 * @param misfits tensors of both that differ in shape or type
 */
record Fit(Path file, List<String> missing, List<String> unexpected, List<Misfit> misfits) {

    /** So many keys of each sort are named; the rest is counted. */
    private static final int SHOWN = 8;

    static Fit of(Map<String, Tensor> model, WeightFile from) {
        List<String> missing = new ArrayList<>();
        List<Misfit> misfits = new ArrayList<>();
        model.forEach((name, wanted) -> {
            Tensor found = from.tensors().get(name);
            if (found == null) {
                missing.add(name);
            } else if (!Form.of(found).fits(Form.of(wanted))) {
                misfits.add(new Misfit(name, Form.of(found), Form.of(wanted)));
            }
        });
        missing.removeIf(name -> name.endsWith("num_batches_tracked"));
        List<String> unexpected = from.tensors().keySet().stream()
                .filter(name -> !model.containsKey(name))
                .toList();
        return new Fit(from.file(), missing, unexpected, misfits);
    }

    boolean isExact() {
        return missing.isEmpty() && unexpected.isEmpty() && misfits.isEmpty();
    }

    /** @param likeness what the file looks like, a sentence without its stop; or nothing */
    BadInput refusal(String modelName, String likeness) {
        if (onlyClassesDiffer()) {
            Misfit head = misfits.get(0);
            return new BadInput("%s has %d classes, the data has %d (%s); give weights trained for %d classes"
                    .formatted(
                            file,
                            head.found().rows(),
                            head.wanted().rows(),
                            head,
                            head.wanted().rows()));
        }
        List<String> parts = new ArrayList<>();
        addPart(parts, "missing", named(missing));
        addPart(parts, "unexpected", unexpected);
        addPart(parts, "of another shape or type", misfits);
        return new BadInput("%s does not fit the model %s: %s; %s"
                .formatted(file, modelName, String.join("; ", parts), mend(modelName, likeness)));
    }

    private String mend(String modelName, String likeness) {
        boolean isPart = unexpected.isEmpty() && misfits.isEmpty();
        if (isPart && (likeness.isEmpty() || likeness.contains(" " + modelName + " "))) {
            return "what it has fits, so it is not whole, or of a variant without these: save the whole state_dict()";
        }
        return likeness.isEmpty() ? "name the model that the file was made for" : likeness;
    }

    /** True if the classifier alone misfits: a weight [classes, features], mostly with a bias [classes]. */
    private boolean onlyClassesDiffer() {
        return missing.isEmpty()
                && unexpected.isEmpty()
                && misfits.get(0).found().shape().size() == 2
                && misfits.stream().allMatch(Misfit::inRowsOnly)
                && misfits.stream().map(pair -> pair.found().rows()).distinct().count() == 1;
    }

    /** The nearest are looked for among those that are shown, which bounds the work. */
    private List<String> named(List<String> names) {
        List<String> named = new ArrayList<>(names);
        named.subList(0, Math.min(SHOWN, named.size())).replaceAll(this::withNearest);
        return named;
    }

    /** A missing name with that of the file which it may have meant. */
    private String withNearest(String name) {
        return unexpected.stream()
                .filter(other -> last(other).equals(last(name)))
                .filter(other -> 2 * Spelling.edits(name, other) <= name.length())
                .min(Comparator.comparingInt(other -> Spelling.edits(name, other)))
                .map(other -> name + ", nearest " + other)
                .orElse(name);
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static void addPart(List<String> parts, String what, List<?> keys) {
        if (!keys.isEmpty()) {
            String shown = keys.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining(", "));
            String more = keys.size() > SHOWN ? " and %d more".formatted(keys.size() - SHOWN) : "";
            parts.add("%d %s (%s%s)".formatted(keys.size(), what, shown, more));
        }
    }

    /** A tensor of both sides that differs. */
    record Misfit(String name, Form found, Form wanted) {

        boolean inRowsOnly() {
            return found.shape().size() <= 2 && found.withRows(wanted.rows()).fits(wanted);
        }

        @Override
        public String toString() {
            return "%s: file %s, model %s".formatted(name, found, wanted);
        }
    }

    /** A tensor's shape and type; a type that cannot come from a file is none. */
    record Form(List<Long> shape, Optional<DType> type) {

        static Form of(Tensor tensor) {
            return new Form(Tensors.shape(tensor), Tensors.type(tensor));
        }

        boolean fits(Form wanted) {
            return shape.equals(wanted.shape) && (type.equals(wanted.type) || (isFloating() && wanted.isFloating()));
        }

        long rows() {
            return shape.isEmpty() ? 1 : shape.get(0);
        }

        Form withRows(long rows) {
            List<Long> changed = new ArrayList<>(shape);
            if (!changed.isEmpty()) {
                changed.set(0, rows);
            }
            return new Form(changed, type);
        }

        private boolean isFloating() {
            return type.map(DType::isFloating).orElse(false);
        }

        @Override
        public String toString() {
            return type.map(Enum::name).orElse("?") + shape;
        }
    }
}
