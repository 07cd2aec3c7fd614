package io.github.deepkd.config;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Recipe.Overlay;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The recipes that come with the program, and those of the user, given by path. A recipe is a YAML file that states
 * only what differs; beside configuration keys it may have
 *
 * <ul>
 *   <li>{@code about}: one line for people;
 *   <li>{@code base}: another recipe, whose content and variants come first (with {@code NAME:VARIANT}, that variant's
 *       content and none of the others); a path is relative to the file that names it;
 *   <li>{@code variants}: name to overlay, each perhaps with {@code about} and {@code extends}, the variant whose
 *       content comes first. Of the same name in base and recipe, the base's comes first.
 * </ul>
 *
 * On the command line a recipe is {@code NAME} or {@code NAME:VARIANT}, its name that of a packed recipe or a path that
 * ends in {@code .yaml}. Without a variant, that called {@code default} is meant where there are any. Paths among the
 * configuration's values are relative to the working directory, like all paths on the command line. A packed recipe
 * whose file name begins with an underscore only serves as a base and is not listed.
 */
public final class Recipes {

    private static final String ENDING = ".yaml";
    private static final String DEFAULT = "default";
    private static final Path WORKING_DIRECTORY = Path.of("");

    private final SortedMap<String, String> packed;

    private Recipes(SortedMap<String, String> packed) {
        this.packed = packed;
    }

    /** The recipes that come with the program. */
    public static Recipes shipped() {
        return in(Objects.requireNonNull(Recipes.class.getResource("/recipes"), "this build has no /recipes"));
    }

    /** The recipes in a folder of the class path, be it a directory or in a jar. */
    static Recipes in(URL folder) {
        return new Recipes(PackedTexts.read(folder, ENDING));
    }

    /** Every packed recipe with each of its variants, by name. */
    public List<Recipe> list() {
        return runnable().stream().flatMap(this::variants).toList();
    }

    private Stream<Recipe> variants(String name) {
        Set<String> variants =
                family(name, WORKING_DIRECTORY, new LinkedHashSet<>()).variants();
        return variants.isEmpty()
                ? Stream.of(resolve(name))
                : variants.stream().map(variant -> resolve(name + ":" + variant));
    }

    /**
     * The recipe of this name or path.
     *
     * @throws BadInput when there is none, its file cannot be read, or bases or variants refer to each other in a circle
     */
    public Recipe resolve(String name) {
        return resolve(Reference.of(name), WORKING_DIRECTORY, new LinkedHashSet<>());
    }

    private Recipe resolve(Reference reference, Path directory, Set<String> trail) {
        RecipeFamily family = family(reference.file(), directory, trail);
        String variant = reference.variant();
        if (variant == null && !family.variants().isEmpty()) {
            variant = defaultVariant(reference.file(), family);
        }
        String name = variant == null ? reference.file() : reference.file() + ":" + variant;
        List<Overlay> overlays = family.overlays(variant);
        return new Recipe(name, family.about(variant), overlays);
    }

    private static String defaultVariant(String name, RecipeFamily family) {
        if (family.variants().contains(DEFAULT)) {
            return DEFAULT;
        }
        String choices =
                family.variants().stream().map(variant -> name + ":" + variant).collect(Collectors.joining(", "));
        throw new BadInput("recipe " + name + " has variants, so name the one to run: " + choices);
    }

    /** @param trail the sources read on the way here, to tell a circle of bases */
    private RecipeFamily family(String name, Path directory, Set<String> trail) {
        boolean packed = !Reference.isPath(name);
        Path path = packed ? WORKING_DIRECTORY : directory.resolve(name).normalize();
        String source = packed ? "recipe " + name : path.toString();
        String namedBy = trail.stream().reduce("", (earlier, later) -> later + ": its base: ");
        if (!trail.add(source)) {
            throw new BadInput(
                    "recipes are each other's base in a circle: " + String.join(", ", trail) + ", " + source);
        }
        RecipeFile file = RecipeFile.parse(source, text(namedBy, name, path));
        if (file.base() == null) {
            return new RecipeFamily(List.of(), List.of(file));
        }
        Reference base = Reference.of(file.base());
        if (!mayBeAFile(base.file())) {
            throw new BadInput(source + ": base '" + file.base() + "' cannot be the path of a file");
        }
        Path beside = Objects.requireNonNullElse(path.getParent(), WORKING_DIRECTORY);
        if (base.variant() != null) {
            return new RecipeFamily(resolve(base, beside, trail).overlays(), List.of(file));
        }
        RecipeFamily bases = family(base.file(), beside, trail);
        return new RecipeFamily(
                bases.before(),
                Stream.concat(bases.files().stream(), Stream.of(file)).toList());
    }

    /** @param namedBy what names the recipe as its base, for messages; empty where the user did */
    private String text(String namedBy, String name, Path path) {
        try {
            return Reference.isPath(name) ? Yaml.text(path) : packed(name);
        } catch (BadInput e) {
            throw new BadInput(namedBy + e.getMessage(), e);
        }
    }

    private static boolean mayBeAFile(String path) {
        try {
            return Path.of(path).getFileName() != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private String packed(String name) {
        String text = packed.get(name);
        if (text == null) {
            throw new BadInput("unknown recipe '" + name + "'" + Names.hint(name, runnable())
                    + "; a recipe of your own is given by its path, ending in " + ENDING);
        }
        return text;
    }

    private List<String> runnable() {
        return packed.keySet().stream()
                .filter(name -> !name.substring(name.lastIndexOf('/') + 1).startsWith("_"))
                .toList();
    }

    /** @param variant null where none is named */
    private record Reference(String file, @Nullable String variant) {

        /** Splits at the colon before the variant, which is not that of a Windows drive. */
        static Reference of(String name) {
            int colon = name.lastIndexOf(':');
            int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
            return colon > slash && !isPath(name.substring(colon))
                    ? new Reference(name.substring(0, colon), name.substring(colon + 1))
                    : new Reference(name, null);
        }

        static boolean isPath(String file) {
            return file.endsWith(ENDING) || file.endsWith(".yml");
        }
    }
}
