package io.github.deepkd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.page.Pages;
import io.github.deepkd.page.RunFinder;
import io.github.deepkd.page.RunHistory;
import io.github.deepkd.page.RunList;
import io.github.deepkd.report.EventTail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The runs of a folder, followed as their events grow. Any thread may ask. */
final class LiveRuns {

    private final Path folder;
    private final Map<String, LiveRun> runs = new TreeMap<>();
    private long changes;

    LiveRuns(Path folder) {
        this.folder = folder;
    }

    /** A run, the events that were read of it, and the number of the change that it had last. */
    private static final class LiveRun {

        private final EventTail tail;
        private final RunHistory history;
        private long changed;

        LiveRun(String name, Path run) {
            tail = EventTail.fromStart(run.resolve("events.jsonl"));
            history = new RunHistory(name);
        }

        /** Whether anything was told since the last time. A file that cannot be read tells nothing. */
        boolean advance() {
            try {
                boolean any = false;
                for (var events = tail.next(); !events.isEmpty(); events = tail.next()) {
                    events.forEach(this::take);
                    any = true;
                }
                return any;
            } catch (BadInput e) {
                return false;
            }
        }

        /** A damaged event is left out, not those behind it. */
        private void take(JsonNode event) {
            try {
                history.on(event);
            } catch (BadInput e) {
                history.warn(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Looks at the folder. The number grows with each look that found something new. */
    synchronized long look() {
        boolean found = false;
        for (Path run : RunFinder.in(folder)) {
            found |= runs.putIfAbsent(name(run), new LiveRun(name(run), run)) == null;
        }
        long next = changes + 1;
        for (LiveRun run : runs.values()) {
            if (run.advance()) {
                run.changed = next;
                found = true;
            }
        }
        changes = found ? next : changes;
        return changes;
    }

    private String name(Path run) {
        String name = folder.relativize(run).toString().replace('\\', '/');
        return name.isEmpty() ? String.valueOf(run.toAbsolutePath().normalize().getFileName()) : name;
    }

    /**
     * When these runs changed last, as {@link #look} counts.
     *
     * @param names none for all runs
     */
    synchronized long changed(List<String> names) {
        return runs.entrySet().stream()
                .filter(run -> names.isEmpty() || names.contains(run.getKey()))
                .mapToLong(run -> run.getValue().changed)
                .max()
                .orElse(0);
    }

    /** The list's page. */
    synchronized String list() {
        List<RunList.Row> rows = runs.values().stream()
                .map(run -> run.history)
                .filter(RunHistory::begun)
                .map(RunList.Row::of)
                .toList();
        return Pages.list(
                new RunList(String.valueOf(folder.toAbsolutePath().normalize().getFileName()), rows));
    }

    /** The page of these runs; null where one of them is not there. Names are looked up, never opened as files. */
    synchronized @Nullable String report(List<String> names) {
        List<RunHistory> histories = new ArrayList<>();
        for (String name : names) {
            LiveRun run = runs.get(name);
            if (run == null || !run.history.begun()) {
                return null;
            }
            histories.add(run.history);
        }
        return histories.isEmpty() ? null : Pages.liveReport(histories);
    }
}
