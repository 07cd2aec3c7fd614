package io.github.deepkd.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link FuzzChild} with little memory, and the lines that it tells. */
final class ChildJvm implements AutoCloseable {

    private static final List<String> OPTIONS = List.of(
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=64m",
            "-Djava.awt.headless=true",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");

    private final Process process;
    private final Duration patience;
    private final Path errors;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private boolean hangs;

    /**
     * @param folder for its files
     * @param patience how long it may say nothing
     */
    ChildJvm(Path folder, Duration patience, List<String> arguments) throws IOException {
        this.patience = patience;
        this.errors = Files.createDirectories(folder).resolve("errors.txt");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(OPTIONS);
        line.add("-XX:ErrorFile=" + folder.resolve("crash.log"));
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), FuzzChild.class.getName()));
        line.addAll(arguments);
        this.process = new ProcessBuilder(line).redirectError(errors.toFile()).start();
        Thread listener = new Thread(this::listen, "child-listener");
        listener.setDaemon(true);
        listener.start();
    }

    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            in.lines()
                    .filter(line -> line.startsWith(FuzzChild.TOLD)) // a JVM that crashes writes here as well
                    .map(line -> Optional.of(line.substring(FuzzChild.TOLD.length())))
                    .forEach(lines::add);
        } catch (IOException | UncheckedIOException e) { // we ended it
        }
        lines.add(Optional.empty());
    }

    /** The next line; null where the process ended or says nothing any more. */
    @Nullable
    String next() {
        try {
            Optional<String> line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            hangs = line == null;
            return line == null ? null : line.orElse(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Why there is no next line. */
    String end() throws IOException {
        if (hangs) {
            return "it hangs: no answer in " + patience.toSeconds() + " s";
        }
        process.onExit().join();
        List<String> last = Files.readAllLines(errors);
        return "the process ended with " + process.exitValue() + ": "
                + String.join(" ", last.subList(0, Math.min(8, last.size())));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
