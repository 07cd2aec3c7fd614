package io.github.deepkd.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Has child processes read mutated files, one after another: where one crashes, hangs or takes too much memory, that is
 * a finding, and the next one goes on behind the file at fault.
 */
final class FuzzRun {

    private static final long MOST_MEMORY = 512L << 20;
    private static final int MOST_FINDINGS = 20;
    private static final int TOLD_EVERY = 2_000;

    private final FuzzedReader reader;
    private final Path folder;
    private final long end;
    private final Duration patience;
    private final List<String> findings = new ArrayList<>();
    private long next;
    private long read;
    private long refused;
    private long mostGrown;

    private FuzzRun(FuzzedReader reader, Path folder, long first, long count, Duration patience) {
        this.reader = reader;
        this.folder = folder;
        this.next = first;
        this.end = first + count;
        this.patience = patience;
    }

    /** What came of it. */
    record Outcome(String reader, long read, long refused, long mostGrown, List<String> findings) {

        @Override
        public String toString() {
            return "%-20s %6d refused %6d read %3d findings, memory grew by at most %d MB"
                    .formatted(reader, refused, read, findings.size(), mostGrown >> 20);
        }
    }

    /**
     * @param first the number of the first file; the same number makes the same file
     * @param patience how long one file may take
     */
    static Outcome of(FuzzedReader reader, Path folder, long first, long count, Duration patience) throws IOException {
        FuzzRun run = new FuzzRun(reader, folder, first, count, patience);
        while (run.goesOn()) {
            run.work();
        }
        return new Outcome(reader.name(), run.read, run.refused, run.mostGrown, run.findings);
    }

    private boolean goesOn() {
        return next < end && findings.size() < MOST_FINDINGS;
    }

    /** One child, up to the end or its own. */
    private void work() throws IOException {
        Path files = folder.resolve("from-" + next);
        try (ChildJvm child = new ChildJvm(files, patience, arguments(files))) {
            if (child.next() == null) {
                throw new IllegalStateException(reader + " does not read the unchanged files: " + child.end());
            }
            boolean fit = true;
            while (fit && goesOn()) {
                String line = child.next();
                fit = line != null && memoryIsFine(line);
                count(line == null ? Verdict.Kind.FINDING + " " + child.end() : line.split(" ", 2)[1]);
            }
        }
    }

    private List<String> arguments(Path files) {
        return List.of(reader.name(), files.toString(), Long.toString(next), Long.toString(end - next));
    }

    /** A line begins with the bytes by which the process has ever grown. */
    private boolean memoryIsFine(String line) {
        long grown = Long.parseLong(line.split(" ", 2)[0]);
        mostGrown = Math.max(mostGrown, grown);
        if (grown > MOST_MEMORY) {
            finding("it took " + (grown >> 20) + " MB");
        }
        return grown <= MOST_MEMORY;
    }

    private void count(String verdict) {
        switch (Verdict.Kind.valueOf(verdict.split(" ", 2)[0])) {
            case READ -> read++;
            case REFUSED -> refused++;
            case FINDING -> finding(verdict.split(" ", 2)[1]);
        }
        next++;
        if (next % TOLD_EVERY == 0) {
            System.out.printf("FuzzTest: %s: file %d of up to %d%n", reader, next, end);
        }
    }

    private void finding(String what) {
        findings.add(
                "%s: file %d (again: mvn -Dtest=FuzzTest -Dfuzz.reader=%s -Dfuzz.first=%d -Dfuzz.inputs=1 test): %s"
                        .formatted(reader, next, reader, next, what));
    }
}
