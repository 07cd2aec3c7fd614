package io.github.deepkd.cli;

import java.util.concurrent.CompletableFuture;

/** Ends a process that another deepkd started when that one ends, however that may be. */
final class ParentWatch {

    /** The environment variable that holds the parent's process id. */
    static final String PARENT = "DEEPKD_PARENT";

    private ParentWatch() {}

    /** Begins where there is such a parent. */
    static void begin() {
        String parent = System.getenv(PARENT);
        if (parent != null) {
            Thread watch = new Thread(() -> endWith(Long.parseLong(parent)), "parent-watch");
            watch.setDaemon(true);
            watch.start();
        }
    }

    private static void endWith(long parent) {
        ProcessHandle.of(parent).map(ProcessHandle::onExit).ifPresent(CompletableFuture::join);
        Runtime.getRuntime().halt(1);
    }
}
