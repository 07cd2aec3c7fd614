package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.page.RunFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Folders of runs that a command line names. */
final class RunFolders {

    private RunFolders() {}

    /**
     * Each folder that holds a run, and the runs within each that holds none itself.
     *
     * @throws BadInput where one is no folder, or there is no run in it
     */
    static List<Path> in(List<Path> folders) {
        List<Path> runs = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new BadInput(folder + " is no folder: expected that of a run, as deepkd train has made it");
            }
            List<Path> found = RunFinder.in(folder);
            if (found.isEmpty()) {
                throw new BadInput("there is no run in " + folder + ": expected a folder with an events.jsonl");
            }
            found.stream().filter(run -> !runs.contains(run)).forEach(runs::add);
        }
        return runs;
    }

    /** The runs by the shortest ends of their paths that tell them apart. */
    static Map<String, Path> names(List<Path> runs) {
        for (int parts = 1; ; parts++) {
            Map<String, Path> names = new LinkedHashMap<>();
            for (Path run : runs) {
                names.put(end(run.toAbsolutePath().normalize(), parts), run);
            }
            if (names.size() == runs.size()) {
                return names;
            }
        }
    }

    private static String end(Path path, int parts) {
        int count = path.getNameCount();
        return count == 0
                ? path.toString()
                : path.subpath(Math.max(0, count - parts), count).toString().replace('\\', '/');
    }
}
