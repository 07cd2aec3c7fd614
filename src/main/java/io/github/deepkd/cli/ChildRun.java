package io.github.deepkd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.report.EventTail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run in a process of its own, by this JVM's options and class path: libtorch's seed and threads are global to a
 * process, so runs side by side need one each. What it prints is kept in the run's folder.
 */
final class ChildRun {

    private static final String PREFIX = "deepkd: ";

    private final PlannedRun run;
    private final Path log;
    private final EventTail events;
    private final Process process;
    private final int epochsBefore;
    private double epochs;
    private int stepsPerEpoch = 1;
    private double samplesPerSecond;

    private ChildRun(PlannedRun run) throws IOException {
        this.run = run;
        this.log = run.folder().path().resolve("log.txt");
        Files.createDirectories(run.folder().path());
        this.epochsBefore = run.epochsTold();
        this.epochs = epochsBefore;
        this.events = new EventTail(run.folder().events());
        ProcessBuilder builder = new ProcessBuilder(commandLine(run))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment()
                .put(ParentWatch.PARENT, Long.toString(ProcessHandle.current().pid()));
        this.process = builder.start();
    }

    static ChildRun start(PlannedRun run) {
        try {
            return new ChildRun(run);
        } catch (IOException e) {
            throw new BadInput(run.folder().path() + " cannot be used for a run: " + e, e);
        }
    }

    private static List<String> commandLine(PlannedRun run) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), Main.entry().getName()));
        line.addAll(run.arguments());
        return line;
    }

    PlannedRun run() {
        return run;
    }

    /** Waits until the run ends, but no longer than {@code millis}; then looks how far it is. */
    void await(long millis) {
        try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        events.next().forEach(this::hear);
    }

    private void hear(JsonNode event) {
        switch (event.path("event").asText()) {
            case "run-started" -> stepsPerEpoch = event.path("steps_per_epoch").asInt();
            case "run-resumed" -> epochs = event.path("epoch").asInt();
            case "step" ->
                epochs = event.path("epoch").asInt() - 1 + event.path("step").asDouble() / stepsPerEpoch;
            case "epoch" -> epochs = event.path("epoch").asInt();
            default -> {}
        }
        samplesPerSecond = event.path("samples_per_second").asDouble(samplesPerSecond);
    }

    /** Epochs done by this process, a part of one counting as such. */
    double epochsAdded() {
        return epochs - epochsBefore;
    }

    double samplesPerSecond() {
        return samplesPerSecond;
    }

    /**
     * Whether it has ended, and well.
     *
     * @throws BadInput where the run refused what it was given
     * @throws IllegalStateException where it failed
     */
    boolean ended() {
        if (process.isAlive()) {
            return false;
        }
        int code = process.exitValue();
        if (code == 2) {
            throw new BadInput("the run in " + run.folder().path() + ": " + lastWords());
        }
        if (code != 0) {
            throw new IllegalStateException("the run in " + run.folder().path() + " ended with exit code " + code + " ("
                    + lastWords() + "); all it printed is in " + log);
        }
        return true;
    }

    /** What it said of why it ended. */
    private String lastWords() {
        return lines().stream()
                .filter(line -> line.startsWith(PREFIX) && !line.contains("--debug"))
                .reduce((a, b) -> b)
                .map(line -> line.substring(PREFIX.length()))
                .orElse("without a word");
    }

    private List<String> lines() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it save after its present step. */
    void askToStop() {
        process.destroy();
    }

    void awaitEnd() {
        process.onExit().join();
    }

    /** Ends it where it still runs; it can be resumed. */
    void stop() {
        process.destroyForcibly();
    }
}
