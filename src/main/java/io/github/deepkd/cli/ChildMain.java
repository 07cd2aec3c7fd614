package io.github.deepkd.cli;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** {@link Main} in a process that another deepkd started: it ends when that one does, however that may be. */
public final class ChildMain {

    private ChildMain() {}

    /** @param arguments the parent's process id, then a command line */
    public static void main(String[] arguments) {
        long parent = Long.parseLong(arguments[0]);
        Thread watch = new Thread(() -> endWith(parent), "parent-watch");
        watch.setDaemon(true);
        watch.start();
        Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private static void endWith(long parent) {
        ProcessHandle.of(parent).map(ProcessHandle::onExit).ifPresent(CompletableFuture::join);
        Runtime.getRuntime().halt(1);
    }
}
