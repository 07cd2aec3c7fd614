package io.github.deepkd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlTest {

    private final Path folder;

    YamlTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("my.yaml"), text);
    }

    private void assertRefused(String text, String... parts) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> Yaml.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining("my.yaml");
    }

    @Test
    void aFileIsReadAsPlainValuesInOrder() throws IOException {
        Map<String, Object> read = Yaml.read(
                file("{b: 1, a: 1.5e-3, text: no, flag: true, none: ~, big: 9000000000, list: [1, [x]], map: {k: v}}"));
        assertThat(read.keySet()).containsExactly("b", "a", "text", "flag", "none", "big", "list", "map");
        assertThat(read)
                .containsEntry("b", 1)
                .containsEntry("a", 1.5e-3)
                .containsEntry("text", "no")
                .containsEntry("flag", true)
                .containsEntry("none", null)
                .containsEntry("big", 9_000_000_000L)
                .containsEntry("list", List.of(1, List.of("x")))
                .containsEntry("map", Map.of("k", "v"));
    }

    @Test
    void errorsNameTheFileAndTheLine() throws IOException {
        assertRefused("a: 1\nb: [1,\n", "line 3");
        assertRefused("a: 1\nb: 2\na: 3\n", "line 3", "duplicate key a");
        assertRefused("a: 1\n---\nb: 2\n", "line 2", "expected a single document");
        assertRefused("a: 1\nb: !!java.net.URL [x]\n", "line 2");
    }

    @Test
    void whatIsNoMappingIsRefused() throws IOException {
        assertRefused("- 1\n- 2\n", "expected a mapping");
        assertRefused("", "expected a mapping");
    }

    @Test
    void keysThatAreNoTextAreRefused() throws IOException {
        assertRefused("a: {150: 1}", "key 150 is not text; put it in quotes");
    }

    @Test
    void aliasesCanNeitherUnfoldWithoutEndNorReferToThemselves() throws IOException {
        String bomb = "a: &a [x]\n" + "b: [" + "*a, ".repeat(11) + "]\n";
        assertRefused(bomb, "max=10");
        assertRefused("a: &a {b: [*a]}\n", "an alias refers to what it stands in");
        assertThat(Yaml.read(file("a: &a [1]\nb: *a\n"))).containsEntry("b", List.of(1));
    }

    @Test
    void aDocumentOfMoreThanAMillionCharactersIsRefused() throws IOException {
        assertRefused("a: " + "x".repeat(1_000_001), "limit");
    }

    @Test
    void taggedValuesThatAreNoPlainValueAreRefused() throws IOException {
        assertRefused("a: !!binary aGVsbG8=", "tagged value");
    }

    @Test
    void aMissingFileAndOneThatIsNoTextAreNamed() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> Yaml.read(missing))
                .isInstanceOf(BadInput.class)
                .hasMessage("file " + missing + " does not exist");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
        assertThatThrownBy(() -> Yaml.read(binary))
                .isInstanceOf(BadInput.class)
                .hasMessage("file " + binary + " is not UTF-8 text");
    }

    @Test
    void valuesOfTheCommandLineAreScalarsOrFlowCollections() {
        assertThat(Yaml.parseValue("3")).isEqualTo(3);
        assertThat(Yaml.parseValue("5e-4")).isEqualTo(5e-4);
        assertThat(Yaml.parseValue("dkd")).isEqualTo("dkd");
        assertThat(Yaml.parseValue("C:\\data\\cifar")).isEqualTo("C:\\data\\cifar");
        assertThat(Yaml.parseValue("[150, 180]")).isEqualTo(List.of(150, 180));
        assertThat(Yaml.parseValue("{kind: kd, temperature: 2}")).isEqualTo(Map.of("kind", "kd", "temperature", 2));
        assertThat(Yaml.parseValue("")).isNull();
        assertThatThrownBy(() -> Yaml.parseValue("[1, 2"))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("value '[1, 2'");
    }

    @Test
    void aDottedKeyBecomesNestedMappings() {
        assertThat(Yaml.overlay("a.b-c.d", 1)).isEqualTo(Map.of("a", Map.of("b-c", Map.of("d", 1))));
        assertThat(Yaml.overlay("a", null)).containsEntry("a", null);
        for (String incomplete : List.of("", ".a", "a.", "a..b")) {
            assertThatThrownBy(() -> Yaml.overlay(incomplete, 1))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("'" + incomplete + "' is incomplete");
        }
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("numbers", List.of(1, 9_000_000_000L, 5e-4, 1e300));
        map.put(
                "lookalikes",
                List.of("1", "true", "null", "~", ".5", "0x1f", "1e3", "", " a ", "a: b", "# c", "ä\n\t"));
        map.put("nothing", null);
        map.put("nested", Map.of("flag", false, "list", Arrays.asList(1, null)));
        assertThat(Yaml.parse("dump", Yaml.dump(map))).isEqualTo(map);
    }
}
