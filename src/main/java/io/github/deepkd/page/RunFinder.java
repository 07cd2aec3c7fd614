package io.github.deepkd.page;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Finds the runs in a folder. */
public final class RunFinder {

    private static final int DEPTH = 5;
    private static final int MOST = 10_000; // a listing of more helps nobody

    private RunFinder() {}

    /**
     * The folder itself where it is one of a run, with its events and configuration; else those of runs within it, some
     * levels down, in the order of their names. Links are not followed.
     *
     * @throws BadInput where the folder cannot be read
     */
    public static List<Path> in(Path folder) {
        List<Path> runs = new ArrayList<>();
        FileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                if (isRun(visited)) {
                    runs.add(visited);
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return runs.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), DEPTH, visitor);
        } catch (IOException e) {
            throw new BadInput(folder + " cannot be read: " + e, e);
        }
        runs.sort(Path::compareTo);
        return runs;
    }

    /** A quickstart's own folder has events of a table alone, and no configuration. */
    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("events.jsonl"))
                && Files.isRegularFile(folder.resolve("config.yaml"));
    }
}
