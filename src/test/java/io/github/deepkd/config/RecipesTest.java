package io.github.deepkd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {

    private static final URL FOLDER = Objects.requireNonNull(RecipesTest.class.getResource("/recipes-test"));

    private final Recipes recipes = Recipes.in(FOLDER);

    private final Path folder;

    RecipesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static List<Map<String, Object>> values(Recipe recipe) {
        return recipe.overlays().stream().map(Recipe.Overlay::values).toList();
    }

    private void assertRefused(String name, String... parts) {
        assertThatThrownBy(() -> recipes.resolve(name))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void overlaysComeFromTheOutermostBaseToTheVariant() {
        Recipe recipe = recipes.resolve("pairs/small:dkd-deepkd");
        assertThat(recipe.name()).isEqualTo("pairs/small:dkd-deepkd");
        assertThat(values(recipe))
                .containsExactly(
                        Map.of("epochs", 240),
                        Map.of("student", "resnet20"),
                        Map.of("method", "dkd"),
                        Map.of("method", Map.of("beta", 2.0)),
                        Map.of("momenta", "deepkd"));
    }

    @Test
    void overlaysKnowWhereTheyWereWritten() {
        assertThat(recipes.resolve("pairs/small:dkd").overlays())
                .extracting(Recipe.Overlay::source)
                .containsExactly(
                        "recipe pairs/_base",
                        "recipe pairs/small",
                        "recipe pairs/_base, variant dkd",
                        "recipe pairs/small, variant dkd");
    }

    @Test
    void theRecipeNearestToTheUserSaysWhatAVariantIsAbout() {
        assertThat(recipes.resolve("pairs/small:dkd").about()).isEqualTo("DKD, weaker");
        assertThat(recipes.resolve("pairs/small:dkd-deepkd").about()).isEqualTo("DKD with DeepKD");
        assertThat(recipes.resolve("pairs/small:own").about()).isEqualTo("a small pair");
    }

    @Test
    void theVariantCalledDefaultNeedNotBeNamed() {
        assertThat(recipes.resolve("single"))
                .isEqualTo(recipes.resolve("single:default"))
                .extracting(Recipe::name)
                .isEqualTo("single:default");
    }

    @Test
    void everyVariantIsListedButFilesWithAnUnderscoreAreNot() {
        assertThat(recipes.list())
                .extracting(Recipe::name)
                .containsExactly(
                        "pairs/small:dkd", "pairs/small:dkd-deepkd", "pairs/small:own", "plain", "single:default");
    }

    @Test
    void unknownRecipesAndVariantsAreRefusedWithTheKnownOnes() {
        assertRefused(
                "pairs/smal",
                "unknown recipe 'pairs/smal'; did you mean 'pairs/small'? known: pairs/small, plain, single;",
                "ending in .yaml");
        assertRefused(
                "pairs/small:dkdd",
                "recipe pairs/small has no variant 'dkdd'; did you mean 'dkd'? known: dkd, dkd-deepkd, own");
        assertRefused("plain:kd", "recipe plain has no variant 'kd'; it has none");
    }

    @Test
    void aRecipeWithVariantsTellsThemWhenNoneIsNamed() {
        assertRefused("pairs/small", "recipe pairs/small has variants, so name the one to run: pairs/small:dkd, ");
    }

    @Test
    void aFileOfTheUserIsGivenByItsPath() throws IOException {
        String file = write("my.yaml", "base: pairs/small\nepochs: 1\nvariants: {mine: {extends: dkd, seed: 3}}");
        assertThat(values(recipes.resolve(file + ":mine")))
                .containsExactly(
                        Map.of("epochs", 240),
                        Map.of("student", "resnet20"),
                        Map.of("epochs", 1),
                        Map.of("method", "dkd"),
                        Map.of("method", Map.of("beta", 2.0)),
                        Map.of("seed", 3));
    }

    @Test
    void aBaseNamedWithItsVariantComesWholeAndAlone() throws IOException {
        String file = write("my.yaml", "base: pairs/small:dkd\nepochs: 1\n");
        assertThat(values(recipes.resolve(file)))
                .containsExactly(
                        Map.of("epochs", 240),
                        Map.of("student", "resnet20"),
                        Map.of("method", "dkd"),
                        Map.of("method", Map.of("beta", 2.0)),
                        Map.of("epochs", 1));
    }

    @Test
    void aBaseGivenByPathLiesBesideTheFileThatNamesIt() throws IOException {
        write("base.yaml", "epochs: 7");
        String file = write("my.yaml", "base: base.yaml\nseed: 1");
        assertThat(values(recipes.resolve(file))).containsExactly(Map.of("epochs", 7), Map.of("seed", 1));
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        assertRefused("no/such.yaml:kd", "file " + Path.of("no/such.yaml") + " does not exist");
        String file = write("my.yaml", "base: gone.yaml");
        assertRefused(file, "file " + folder.resolve("gone.yaml") + " does not exist");
    }

    @Test
    void theColonOfAWindowsDriveIsNoVariant() {
        assertRefused("C:my.yaml", "file C:my.yaml does not exist");
        assertRefused("C:\\recipes\\my.yaml:kd", "file C:\\recipes\\my.yaml does not exist");
    }

    @Test
    void circlesOfBasesAndVariantsAreTold() throws IOException {
        write("a.yaml", "base: b.yaml");
        String bases = write("b.yaml", "base: a.yaml");
        assertRefused(bases, "in a circle", "a.yaml", "b.yaml");
        String itself = write("i.yaml", "base: i.yaml:v\nvariants: {v: {}}");
        assertRefused(itself + ":v", "in a circle");
        String variants = write("v.yaml", "variants: {x: {extends: y}, y: {extends: x}}");
        assertRefused(variants + ":x", "v.yaml: variants extend each other in a circle");
    }

    @Test
    void specialKeysOfTheWrongTypeAreRefused() throws IOException {
        assertRefused(write("a.yaml", "about: [x]"), "a.yaml: about: expected text, found a list");
        assertRefused(write("b.yaml", "base: 3"), "b.yaml: base: expected text, found 3");
        assertRefused(write("c.yaml", "variants: [kd]"), "c.yaml: variants: expected a mapping, found a list");
        assertRefused(write("d.yaml", "variants: {kd: 3}"), "d.yaml: variants.kd: expected a mapping, found 3");
        assertRefused(
                write("e.yaml", "variants: {kd: {extends: 3}}") + ":kd",
                "e.yaml: variants.kd.extends: expected text, found 3");
    }

    record Settings(int epochs, String student) {}

    @Test
    void bindingNamesTheFileAtFault() throws IOException {
        RecordBinder binder = new RecordBinder(Map.of());
        Settings defaults = new Settings(1, "resnet8");
        assertThat(recipes.resolve("plain").bind(binder, defaults)).isEqualTo(new Settings(5, "resnet8"));
        Recipe wrong = recipes.resolve(write("my.yaml", "variants: {default: {epochs: ten}}"));
        assertThatThrownBy(() -> wrong.bind(binder, defaults))
                .isInstanceOf(BadInput.class)
                .hasMessageEndingWith("my.yaml, variant default: epochs: expected a whole number, found 'ten'");
    }

    @Test
    void recipesInAJarAreReadLikeThoseInADirectory() throws IOException {
        Path jar = folder.resolve("deepkd.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            entries.putNextEntry(new JarEntry("recipes/"));
            entries.putNextEntry(new JarEntry("recipes/pairs/"));
            entries.putNextEntry(new JarEntry("recipes/pairs/small.yaml"));
            entries.write("epochs: 2".getBytes(StandardCharsets.UTF_8));
        }
        URL packed = URI.create("jar:" + jar.toUri() + "!/recipes").toURL();
        for (int time = 0; time < 2; time++) {
            assertThat(Recipes.in(packed).list()).extracting(Recipe::name).containsExactly("pairs/small");
        }
    }
}
