package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import io.github.deepkd.files.WholeFile;
import io.github.deepkd.report.RunEvent.EpochDone;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends each event to a file as one JSON object a line: {@code event} and {@code time} (ISO 8601, UTC) first, then
 * the event's components in snake case. A number that is not finite is the text {@code "NaN"}, {@code "Infinity"} or
 * {@code "-Infinity"}, for JSON has no such numbers.
 */
public final class JsonLines implements Reporter {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final int MOST_BYTES = 1 << 30;
    private static final Set<String> BEGINNINGS = Set.of("run-started", "run-resumed");

    private final Path path;
    private final FileChannel file;
    private final Clock clock;

    /**
     * Opens the file for appending. Where a crash cut off its last line, the first event starts a new one.
     *
     * @throws BadInput when the file cannot be written
     */
    public JsonLines(Path file) {
        this(file, Clock.systemUTC());
    }

    JsonLines(Path file, Clock clock) {
        this.path = file;
        this.clock = clock;
        try {
            boolean cutOff = Files.exists(file) && endsWithinLine(file);
            this.file = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (cutOff) {
                write("\n");
            }
        } catch (IOException e) {
            throw new BadInput("file " + file + " cannot be written: " + e, e);
        }
    }

    private static boolean endsWithinLine(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            if (file.length() == 0) {
                return false;
            }
            file.seek(file.length() - 1);
            return file.read() != '\n';
        }
    }

    @Override
    public void on(RunEvent event) {
        ObjectNode fields = JSON.valueToTree(event);
        ObjectNode line = JSON.createObjectNode();
        line.set("event", fields.remove("event"));
        line.put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.setAll(fields);
        try {
            write(line + "\n"); // one write a line
            if (event instanceof EpochDone) {
                file.force(false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void write(String text) throws IOException {
        WholeFile.writeAll(UTF_8.encode(text), file);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The lines of a run's file. A line that a crash cut off is left out: the last one, or one after which the run was
     * started again.
     *
     * @throws BadInput when the file cannot be read or another line is not JSON
     */
    public static List<JsonNode> read(Path file) {
        List<String> lines = lines(file);
        List<JsonNode> events = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode event = parse(lines.get(i));
            if (event != null) {
                events.add(event);
            } else if (i + 1 < lines.size() && !BEGINNINGS.contains(name(parse(lines.get(i + 1))))) {
                throw new BadInput(file + ", line " + (i + 1) + ": expected a JSON object");
            }
        }
        return events;
    }

    /**
     * The epochs of a run. One done again, after a run was resumed, counts as it was then, and so do those after it.
     *
     * @throws BadInput as {@link #read}, and where one is not what an epoch must be
     */
    public static List<EpochDone> epochs(Path file) {
        List<EpochDone> epochs = new ArrayList<>();
        List<JsonNode> events = read(file);
        for (int i = 0; i < events.size(); i++) {
            if (name(events.get(i)).equals("epoch")) {
                EpochDone epoch = epoch(file + ", event " + (i + 1), events.get(i));
                epochs.removeIf(earlier -> earlier.epoch() >= epoch.epoch());
                epochs.add(epoch);
            }
        }
        return epochs;
    }

    /**
     * An event as an epoch.
     *
     * @param place where it was read, for the message
     * @throws BadInput where it is not what an epoch must be
     */
    public static EpochDone epoch(String place, JsonNode event) {
        try {
            if (!event.path("losses").isObject()) { // the record would hold null, which no reader expects
                throw new IllegalArgumentException("it has no losses");
            }
            for (JsonNode loss : event.path("losses")) {
                if (loss.isNull()) {
                    throw new IllegalArgumentException("one of its losses is null");
                }
            }
            return JSON.convertValue(event, EpochDone.class);
        } catch (IllegalArgumentException e) {
            String why =
                    e.getCause() instanceof JsonProcessingException known ? known.getOriginalMessage() : e.getMessage();
            throw new BadInput(place + " is no epoch of a run: " + why, e);
        }
    }

    private static String name(@Nullable JsonNode event) {
        return event == null ? "" : event.path("event").asText();
    }

    private static List<String> lines(Path file) {
        try {
            // Not Files.readAllLines: the cut may go through a character.
            return new String(InputFile.bytes(file, MOST_BYTES), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new BadInput("file " + file + " cannot be read: " + e, e);
        }
    }

    /** The line's object; null where it is none, as where a crash cut it off. */
    static @Nullable JsonNode parse(String line) {
        try {
            JsonNode event = JSON.readTree(line);
            return event.isObject() ? event : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
