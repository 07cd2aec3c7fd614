package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Follows the events of a run in another process. */
public final class EventTail {

    /** Read at once; the rest the next time. */
    private static final int MOST_BYTES = 16 << 20;

    private final Path file;
    private long read;

    /**
     * From now on.
     *
     * @param file of {@link JsonLines}; it need not be there yet
     */
    public EventTail(Path file) {
        this(file, file.toFile().length());
    }

    private EventTail(Path file, long read) {
        this.file = file;
        this.read = read;
    }

    /** From the file's first event on. */
    public static EventTail fromStart(Path file) {
        return new EventTail(file, 0);
    }

    /** What was told since the last call, in whole lines. */
    public List<JsonNode> next() {
        return newLines()
                .lines()
                .map(JsonLines::parse)
                .filter(Objects::nonNull) // what a crash cut off earlier
                .toList();
    }

    /** The bytes up to the last line break; counted in bytes, for damaged ones are no text. */
    private static int wholeLines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private String newLines() {
        if (!Files.exists(file)) {
            return "";
        }
        InputFile.require(file);
        try (RandomAccessFile events = new RandomAccessFile(file.toFile(), "r")) {
            read = events.length() < read ? 0 : read; // another file took its place
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES, events.length() - read)];
            events.seek(read);
            events.readFully(bytes);
            int whole = wholeLines(bytes);
            read += whole;
            return new String(bytes, 0, whole, UTF_8);
        } catch (IOException e) {
            throw new BadInput("file " + file + " cannot be read: " + e, e);
        }
    }
}
