package io.github.deepkd.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTailTest {

    private final Path file;

    EventTailTest(@TempDir Path folder) {
        file = folder.resolve("events.jsonl");
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<Integer> epochs(EventTail tail) {
        return tail.next().stream().map(event -> event.get("epoch").asInt()).toList();
    }

    @Test
    void whatIsAppendedIsReadOnceAndInWholeLines() throws IOException {
        EventTail tail = new EventTail(file);
        assertThat(tail.next()).isEmpty();
        append("{\"epoch\":1}\n{\"epoch\":2}\n{\"epo");
        assertThat(epochs(tail)).containsExactly(1, 2);
        assertThat(epochs(tail)).isEmpty();
        append("ch\":3}\n");
        assertThat(epochs(tail)).containsExactly(3);
    }

    @Test
    void whatWasThereBeforeIsSkippedWithTheLineThatACrashCutOff() throws IOException {
        append("{\"epoch\":1}\n{\"epo");
        EventTail tail = new EventTail(file);
        append("\n{\"epoch\":2}\n");
        assertThat(epochs(tail)).containsExactly(2);
    }

    @Test
    void bytesThatAreNoTextDoNotPushTheReadingAstray() throws IOException {
        EventTail tail = new EventTail(file);
        Files.write(file, new byte[] {'{', (byte) 0xc3, (byte) 0xff, (byte) 0xff, '\n'});
        assertThat(tail.next()).isEmpty();
        append("{\"epoch\":1}\n");
        assertThat(epochs(tail)).containsExactly(1);
    }

    @Test
    void aFileThatBecameShorterIsReadFromItsBeginning() throws IOException {
        EventTail tail = new EventTail(file);
        append("{\"epoch\":1}\n{\"epoch\":2}\n");
        assertThat(tail.next()).hasSize(2);
        Files.writeString(file, "{\"epoch\":3}\n");
        assertThat(epochs(tail)).containsExactly(3);
    }
}
