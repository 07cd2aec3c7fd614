package io.github.deepkd.faults;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A deepkd in a process of its own. */
record Child(Process process, Path output) {

    /** How a process that was killed ends: by SIGKILL, or as {@link Victim} ends itself. */
    static final int KILLED = 137;

    static Child start(Path output, Class<?> main, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-Dorg.bytedeco"))
                .toList());
        line.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        line.add(main.getName());
        line.addAll(arguments);
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        return new Child(process, output);
    }

    /** Its exit code; it is killed where it has not ended after so long. */
    int awaitOrKill(long millis) throws InterruptedException {
        if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    int await() throws InterruptedException {
        return process.waitFor();
    }

    String text() throws IOException {
        return Files.readString(output);
    }
}
