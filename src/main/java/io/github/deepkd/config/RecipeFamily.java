package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe.Overlay;
import io.github.deepkd.config.RecipeFile.Variant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A recipe with its bases.
 *
 * @param before overlays of the variant that the outermost base was named with, if any
 * @param files the outermost base first, the recipe itself last
 */
record RecipeFamily(List<Overlay> before, List<RecipeFile> files) {

    /** The names of all variants, the bases' first. */
    Set<String> variants() {
        return files.stream()
                .flatMap(file -> file.variants().keySet().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What the recipe nearest to the user says of the variant, or of itself; empty when none says anything. */
    String about(@Nullable String variant) {
        String own = last(declarations(variant).stream().map(Variant::about).toList());
        return own.isEmpty() ? last(files.stream().map(RecipeFile::about).toList()) : own;
    }

    List<Overlay> overlays(@Nullable String variant) {
        List<Overlay> overlays = new ArrayList<>(before);
        files.forEach(file -> overlays.add(new Overlay(file.source(), file.values())));
        for (String each : lineage(variant)) {
            for (RecipeFile file : files) {
                Variant declared = file.variants().get(each);
                if (declared != null) {
                    overlays.add(new Overlay(file.source() + ", variant " + each, declared.values()));
                }
            }
        }
        return overlays;
    }

    /** The variant with those that it extends, the outermost first. */
    private Collection<String> lineage(@Nullable String variant) {
        Deque<String> lineage = new ArrayDeque<>();
        for (String each = variant; each != null; each = parent(each)) {
            if (lineage.contains(each)) {
                throw new BadInput(self().source() + ": variants extend each other in a circle: "
                        + String.join(", ", lineage) + ", " + each);
            }
            lineage.addFirst(each);
        }
        return lineage;
    }

    private @Nullable String parent(String variant) {
        List<Variant> declarations = declarations(variant);
        if (declarations.isEmpty()) {
            String hint = variants().isEmpty() ? "; it has none" : Names.hint(variant, variants());
            throw new BadInput(self().source() + " has no variant '" + variant + "'" + hint);
        }
        List<String> parents = declarations.stream()
                .map(Variant::parent)
                .filter(Objects::nonNull)
                .toList();
        return parents.isEmpty() ? null : parents.get(parents.size() - 1);
    }

    private List<Variant> declarations(@Nullable String variant) {
        return files.stream()
                .map(file -> file.variants().get(variant))
                .filter(Objects::nonNull)
                .toList();
    }

    private RecipeFile self() {
        return files.get(files.size() - 1);
    }

    private static String last(List<String> texts) {
        return texts.stream().filter(text -> !text.isEmpty()).reduce("", (earlier, later) -> later);
    }
}
