package io.github.deepkd.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The public API, which versions speak of, is what {@code api.txt} lists: it changes on purpose only. After a change that is
 * meant: {@code mvn test -Dtest=PublicApiTest -Dapi.update=true}, and the version rises as semantic versioning demands.
 */
class PublicApiTest {

    private static final Path LISTED = Path.of("api.txt");

    private static final List<String> PACKAGES = List.of("io.github.deepkd.api", "io.github.deepkd.nn");

    private static final List<String> CLASSES = List.of(
            "io.github.deepkd.BadInput",
            "io.github.deepkd.cli.Main",
            "io.github.deepkd.models.Frame",
            "io.github.deepkd.models.Models",
            "io.github.deepkd.models.Models$Builder",
            "io.github.deepkd.tensor.Torch",
            "io.github.deepkd.report.RunEvent");

    @Test
    void thePublicApiIsWhatIsListed() throws IOException {
        TreeSet<String> found = new TreeSet<>();
        new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.github.deepkd")
                        .stream()
                        .filter(PublicApiTest::isPublicApi)
                        .forEach(type -> list(type, found));
        if (Boolean.getBoolean("api.update")) {
            Files.write(LISTED, found);
        }
        assertThat(found)
                .as("where this is meant: mvn test -Dtest=PublicApiTest -Dapi.update=true")
                .containsExactlyElementsOf(Files.readAllLines(LISTED));
    }

    private static boolean isPublicApi(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && (PACKAGES.contains(type.getPackageName())
                        || CLASSES.contains(type.getName())
                        || type.getName().startsWith("io.github.deepkd.report.RunEvent$")
                        || type.getName().startsWith("io.github.deepkd.report.Measured$"));
    }

    private static void list(JavaClass type, Set<String> into) {
        into.add(type.reflect().toGenericString());
        type.getMembers().stream()
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED))
                .filter(member -> !member.getModifiers().contains(JavaModifier.SYNTHETIC))
                .map(PublicApiTest::signature)
                .forEach(into::add);
    }

    private static String signature(JavaMember member) {
        Member reflected = member.reflect();
        return reflected instanceof java.lang.reflect.Executable executable
                ? executable.toGenericString()
                : ((java.lang.reflect.Field) reflected).toGenericString();
    }
}
