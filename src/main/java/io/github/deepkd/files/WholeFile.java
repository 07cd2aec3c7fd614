package io.github.deepkd.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Writes a file beside its place, flushes it to the disk and moves it there: whoever looks finds the old file or the new
 * one, whole, even where the process is killed or the machine stops meanwhile.
 */
public final class WholeFile {

    private static final String PARTIAL = ".partial";

    /** What bytes pass on their way to the disk; only fault tests, which stop them half way, put anything here. */
    static UnaryOperator<WritableByteChannel> path = UnaryOperator.identity();

    private WholeFile() {}

    /** What is to be in the file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /** Writes or replaces {@code file}. Where that fails, the file that was there before still is. */
    public static void write(Path file, Content content) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + PARTIAL);
        try {
            try (FileChannel channel = FileChannel.open(partial, CREATE_NEW, WRITE)) {
                content.writeTo(path.apply(channel));
                channel.force(true);
            }
            Files.move(partial, file, ATOMIC_MOVE);
            flushName(file);
        } finally {
            partial.toFile().delete();
        }
    }

    /** Writes or replaces {@code file} with text in UTF-8. */
    public static void write(Path file, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        write(file, channel -> writeAll(bytes, channel));
    }

    /** Writes all that is left in {@code bytes}. */
    public static void writeAll(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** A file's name belongs to its folder, which has to reach the disk too; Windows takes care of that itself. */
    private static void flushName(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (File.separatorChar == '/' && folder != null) {
            try (FileChannel channel = FileChannel.open(folder, READ)) {
                channel.force(true);
            }
        }
    }

    /** Whether {@code file} is what a process left that was killed within {@link #write}. */
    public static boolean isRemains(Path file) {
        return file.toString().endsWith(PARTIAL);
    }

    /** Deletes what processes that were killed within {@link #write} left in {@code folder}. Nobody may be writing there. */
    public static void deleteRemains(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(WholeFile::isRemains).toList()) {
                Files.delete(file);
            }
        }
    }
}
