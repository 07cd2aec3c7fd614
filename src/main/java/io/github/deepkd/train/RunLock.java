package io.github.deepkd.train;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder for one process alone. The operating system gives the lock back when its process ends, however that may be, so
 * a file that a killed process left locks nothing.
 */
final class RunLock implements AutoCloseable {

    private static final String FILE = "run.lock";

    /** Which byte is locked: Windows lets nobody read locked ones. */
    private static final long BEYOND_THE_TEXT = Long.MAX_VALUE - 1;

    /** Folders that this process holds: where it opened such a file again and closed it, POSIX would give the lock away. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * @param folder that exists
     * @throws BadInput naming the process that works there
     * @throws IOException where nothing can be written there
     */
    static RunLock take(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw taken(folder, "this process (" + ProcessHandle.current().pid() + ")");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(real.resolve(FILE), CREATE, READ, WRITE);
            if (channel.tryLock(BEYOND_THE_TEXT, 1, false) != null) {
                sign(channel);
                return new RunLock(real, channel);
            }
            throw taken(folder, "process " + text(channel));
        } catch (IOException | RuntimeException e) {
            release(real, channel);
            throw e;
        }
    }

    private static BadInput taken(Path folder, String owner) {
        return new BadInput(
                folder + " is in use by " + owner + ": wait for its end or stop it, or name another --output folder");
    }

    private static void sign(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static void release(Path folder, @Nullable FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
        HELD.remove(folder);
    }

    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                release(folder, channel);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
