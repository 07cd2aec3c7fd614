package io.github.deepkd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shell launcher in a copied, tiny checkout, with a java and an mvn that only write down how they were called. On
 * its PATH are these two and the handful of tools the script may use, so a tool can be taken away.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "tests the shell script; deepkd.cmd is its twin for Windows")
final class LauncherTest {

    private static final String TOOLS =
            "cat cksum dirname find flock grep ln ls mkdir mv ps readlink rm rmdir sed sh sleep sort tail touch";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private Path checkout = Path.of("");
    private Path bin = Path.of("");
    private Path source = Path.of("");

    @BeforeEach
    void layOutACheckoutAndAPath() throws IOException {
        checkout = temp.toRealPath().resolve("my checkout");
        bin = Files.createDirectories(temp.resolve("jdk/bin"));
        source = checkout.resolve("src/main/java/A.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "class A {}\n");
        Files.writeString(checkout.resolve("pom.xml"), "<project/>\n");
        Files.copy(Path.of("deepkd"), checkout.resolve("deepkd"));
        for (String tool : TOOLS.split(" ", -1)) {
            tool(tool);
        }
        java("17");
        maven("3.8.7");
    }

    @Test
    void theFirstUseBuildsAndSaysSoInOneLine() throws Exception {
        Outcome first = deepkd("list", "models");

        assertThat(first.status()).isZero();
        assertThat(first.err().lines())
                .containsExactly(
                        "deepkd: building (first use; fetches libtorch and OpenCV for this platform, about 150 MB) ...");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void anUnchangedCheckoutNeedsNoMavenAndSaysNothing() throws Exception {
        deepkd();
        Files.delete(bin.resolve("mvn"));
        Files.delete(bin.resolve("javac"));

        Outcome second = deepkd();

        assertThat(second.status()).isZero();
        assertThat(second.err()).isEmpty();
    }

    @Test
    void anEditedAnAddedAndADeletedSourceAreEachBuiltOnce() throws Exception {
        deepkd();
        FileTime past = FileTime.from(Instant.EPOCH.plus(Duration.ofDays(10_000)));

        Files.writeString(source, "class B {}\n"); // as long and, by its time, older than what was built
        Files.setLastModifiedTime(source, past);
        assertThat(deepkd().err().lines()).containsExactly("deepkd: building (the sources changed) ...");
        Files.createDirectories(checkout.resolve("recipes"));
        Files.writeString(checkout.resolve("recipes/mine.yaml"), "epochs: 1\n");
        deepkd();
        Files.delete(source);
        deepkd();
        deepkd();

        assertThat(builds()).isEqualTo(4);
    }

    @Test
    void aCheckoutBackToABuiltStateBuildsNothing() throws Exception {
        String original = Files.readString(source);
        deepkd();
        Files.writeString(source, "class B {}\n");
        deepkd();
        Files.writeString(source, original);
        deepkd();

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws Exception {
        deepkd();

        Outcome run = deepkd("train", "a b", "", "*", "--set", "x=$HOME 'y' \"z\"");

        assertThat(run.out().lines().dropWhile(line -> !line.endsWith(".jar")).skip(1))
                .containsExactly("train", "a b", "", "*", "--set", "x=$HOME 'y' \"z\"");
    }

    @Test
    void theUsersJvmOptionsComeAfterTheLaunchersAndBeforeTheJar() throws Exception {
        Outcome run = deepkd(Map.of("DEEPKD_JAVA_OPTS", "-Xmx3g  -Dglob=*"), "x");

        assertThat(run.out().lines())
                .containsSubsequence("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Xmx3g", "-Dglob=*", "-jar", "x");
    }

    @Test
    void theMemorySettingsAreTheUsersWhereSet() throws Exception {
        Outcome run = deepkd(Map.of("OPENBLAS_NUM_THREADS", "3"));

        assertThat(run.out()).contains("OPENBLAS_NUM_THREADS=3", "MALLOC_ARENA_MAX=1");
    }

    @Test
    void theExitCodeIsJavas() throws Exception {
        assertThat(deepkd(Map.of("FAKE_EXIT", "42")).status()).isEqualTo(42);
    }

    @Test
    void itRunsThroughLinksFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("my checkout/deepkd"));
        Path linkToLink = Files.createSymbolicLink(bin.resolve("deepkd"), link);

        Outcome run = start(Map.of(), List.of(linkToLink.toString())).outcome();

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains(checkout.resolve("target/launch/run-").toString());
    }

    @Test
    void withoutAnyJavaOneSentenceSaysWhatToInstall() throws Exception {
        Files.delete(bin.resolve("java"));

        assertRefused(
                deepkd(),
                "deepkd: there is no java on the PATH: install a JDK 17 or newer, or point JAVA_HOME at one.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "1.8"})
    void aJavaBelow17IsNamedWithItsVersion(String version) throws Exception {
        java(version);

        assertRefused(
                deepkd(),
                "deepkd: %s is Java %s, and deepkd needs 17 or newer: point JAVA_HOME at such a JDK."
                        .formatted(bin.resolve("java"), version.replace("1.8", "8")));
    }

    @Test
    void aJavaReplacedByAnOlderOneIsRefusedThoughAllIsBuilt() throws Exception {
        deepkd();
        java("1.8");

        assertThat(deepkd().status()).isEqualTo(2);
    }

    @Test
    void aJavaHomeWithoutAJavaIsNamed() throws Exception {
        assertRefused(
                deepkd(Map.of("JAVA_HOME", "/no such/jdk")),
                "deepkd: JAVA_HOME is /no such/jdk, which holds no bin/java: "
                        + "point it at a JDK 17 or newer, or unset it.");
    }

    @Test
    void javaHomeWinsOverThePath() throws Exception {
        java("11");
        Path other = temp.resolve("other jdk");
        jdk(other, "21");

        assertThat(deepkd(Map.of("JAVA_HOME", other.toString())).status()).isZero();
    }

    @Test
    void aRuntimeWithoutCompilerCannotBuild() throws Exception {
        Files.delete(bin.resolve("javac"));

        assertRefused(
                deepkd(),
                ("deepkd: %s is a Java runtime without javac, and deepkd has to be built: "
                                + "install a JDK 17 or newer, or point JAVA_HOME at one.")
                        .formatted(temp.resolve("jdk")));
    }

    @Test
    void aPlatformWithoutLibtorchIsNamed() throws Exception {
        assertRefused(
                deepkd(Map.of("FAKE_ARCH", "riscv64")),
                "deepkd: there is no libtorch for Linux riscv64, which is what %s runs on: deepkd needs Linux on x86-64, macOS on arm64 or Windows on x86-64."
                        .formatted(bin.resolve("java")));
    }

    @Test
    void withoutMavenOneSentenceSaysWhatToInstall() throws Exception {
        Files.delete(bin.resolve("mvn"));

        assertRefused(
                deepkd(),
                "deepkd: mvn is missing, and deepkd has to be built: install Maven 3.8 or newer, or point MVN at one.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.6.3", "2.2.1"})
    void aMavenBelow38IsNamedWithItsVersion(String version) throws Exception {
        maven(version);

        assertRefused(
                deepkd(),
                "deepkd: %s is Maven %s, and deepkd needs 3.8 or newer: point MVN at such a Maven."
                        .formatted(bin.resolve("mvn"), version.substring(0, 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.8.1", "3.10.0", "4.0.0"})
    void newerMavensBuild(String version) throws Exception {
        maven(version);

        assertThat(deepkd().status()).isZero();
    }

    @Test
    void aFailedBuildShowsMavensErrorsAndIsTriedAgain() throws Exception {
        Outcome failed = deepkd(Map.of("FAKE_MAVEN_ERROR", "A.java:[1,7] ';' expected"));

        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err().lines())
                .contains("[ERROR] A.java:[1,7] ';' expected")
                .noneMatch(line -> line.startsWith("[INFO]"))
                .last()
                .asString()
                .startsWith("deepkd: the build failed for the reasons above; the whole log is ");
        assertThat(deepkd().status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void firstUsesAtTheSameTimeBuildOnce(boolean flock) throws Exception {
        if (!flock) {
            Files.deleteIfExists(bin.resolve("flock"));
        }
        List<Running> launchers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            launchers.add(start(Map.of("FAKE_BUILD_SECONDS", "0.5"), List.of(checkout.resolve("deepkd") + "")));
        }

        for (Running launcher : launchers) {
            assertThat(launcher.outcome().status()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void theLockOfADeadLauncherIsTakenOver() throws Exception {
        Files.deleteIfExists(bin.resolve("flock"));
        Process dead = new ProcessBuilder("sh", "-c", "exit 0").start();
        dead.waitFor();
        Path build = Files.createDirectories(checkout.resolve("target/launch"));
        Path lock = Files.createSymbolicLink(build.resolve("owner"), Path.of(String.valueOf(dead.pid())));

        assertThat(deepkd().status()).isZero();
        assertThat(lock).doesNotExist();
        assertThat(Files.isSymbolicLink(lock)).isFalse();
    }

    private static void assertRefused(Outcome outcome, String sentence) {
        assertThat(outcome.err().lines()).containsExactly(sentence);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.status()).isEqualTo(2);
    }

    private void tool(String name) throws IOException {
        try (Stream<Path> folders = Stream.of(System.getenv("PATH").split(":")).map(Path::of)) {
            Path tool = folders.map(folder -> folder.resolve(name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
            if (tool != null) { // macOS has no flock
                script(bin.resolve(name), "exec '%s' \"$@\"".formatted(tool));
            }
        }
    }

    private void java(String version) throws IOException {
        jdk(temp.resolve("jdk"), version);
    }

    /** A JDK whose java tells its version when asked, and otherwise its environment and arguments, one a line. */
    private static void jdk(Path home, String version) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        script(bin.resolve("javac"), "exit 1");
        script(bin.resolve("java"), """
                if [ "$1" = -XshowSettings:properties ]; then
                    echo '    java.home = %s' >&2
                    echo '    java.specification.version = %s' >&2
                    echo '    os.name = Linux' >&2
                    echo "    os.arch = ${FAKE_ARCH:-amd64}" >&2
                    exit 0
                fi
                echo "OPENBLAS_NUM_THREADS=$OPENBLAS_NUM_THREADS" "MALLOC_ARENA_MAX=$MALLOC_ARENA_MAX"
                for argument; do printf '%%s\\n' "$argument"; done
                exit "${FAKE_EXIT:-0}"
                """.formatted(home, version));
    }

    /** An mvn that tells its version when asked, and otherwise makes a jar, or fails as the environment says. */
    private void maven(String version) throws IOException {
        script(bin.resolve("mvn"), """
                if [ "$1" = -v ]; then echo 'Apache Maven %s (0123abc)'; exit 0; fi
                echo "$*" >>'%s'
                echo '[INFO] Scanning for projects...'
                if [ -n "${FAKE_MAVEN_ERROR:-}" ]; then echo "[ERROR] $FAKE_MAVEN_ERROR"; exit 1; fi
                sleep "${FAKE_BUILD_SECONDS:-0}"
                mkdir -p target/launch/classes target/launch/lib
                touch target/launch/deepkd.jar
                """.formatted(version, temp.resolve("builds")));
    }

    private static void script(Path file, String body) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private long builds() throws IOException {
        try (Stream<String> lines = Files.lines(temp.resolve("builds"))) {
            return lines.count();
        }
    }

    private Outcome deepkd(String... arguments) throws Exception {
        return deepkd(Map.of(), arguments);
    }

    private Outcome deepkd(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("deepkd").toString()));
        command.addAll(List.of(arguments));
        return start(environment, command).outcome();
    }

    private Running start(Map<String, String> environment, List<String> command) throws IOException {
        Path out = Files.createTempFile(temp, "out", ".txt");
        Path err = Files.createTempFile(temp, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    private record Running(Process process, Path out, Path err) {

        Outcome outcome() throws IOException, InterruptedException {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("the launcher ends")
                    .isTrue();
            return new Outcome(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        }
    }

    private record Outcome(int status, String out, String err) {}
}
