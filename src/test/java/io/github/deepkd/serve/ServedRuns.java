package io.github.deepkd.serve;

import java.nio.file.Path;
import java.util.List;

/** A folder's runs as a browser that asks for each of them gets them, without a server between. */
public final class ServedRuns {

    private ServedRuns() {}

    /** Makes the list and the page of the one run in the folder, and returns the latter; "" where none has begun. */
    public static String show(Path folder) {
        LiveRuns runs = new LiveRuns(folder);
        runs.look();
        runs.list();
        String page = runs.report(List.of(folder.getFileName().toString()));
        return page == null ? "" : page;
    }
}
