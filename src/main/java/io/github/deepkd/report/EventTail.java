package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Follows the events of a run in another process, from now on. */
public final class EventTail {

    private final Path file;
    private long read;

    /** @param file of {@link JsonLines}; it need not be there yet */
    public EventTail(Path file) {
        this.file = file;
        this.read = file.toFile().length();
    }

    /** What was told since the last call, in whole lines. */
    public List<JsonNode> next() {
        return newLines()
                .lines()
                .map(JsonLines::parse)
                .filter(Objects::nonNull) // what a crash cut off earlier
                .toList();
    }

    private String newLines() {
        if (!Files.exists(file)) {
            return "";
        }
        try (RandomAccessFile events = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) (events.length() - read)];
            events.seek(read);
            events.readFully(bytes);
            String text = new String(bytes, UTF_8);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            read += whole.getBytes(UTF_8).length;
            return whole;
        } catch (IOException e) {
            throw new BadInput("file " + file + " cannot be read: " + e, e);
        }
    }
}
