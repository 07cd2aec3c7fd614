package io.github.deepkd.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    private Path folder;

    @AfterEach
    void mend() {
        Disk.mend();
    }

    @Test
    void aWriteThatFailsHalfWayLeavesTheOldFileAndNoRemains() throws IOException {
        Path file = folder.resolve("file");
        WholeFile.write(file, "old");
        Disk.failAfter(2, Disk.End.FULL);
        assertThatThrownBy(() -> WholeFile.write(file, "newer")).hasMessage("No space left on device");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatAKilledProcessLeftIsDeletedAndNothingElse() throws IOException {
        Files.writeString(folder.resolve("a.safetensors.1b4e28ba.partial"), "half of i");
        Files.writeString(folder.resolve("b.safetensors"), "whole");
        WholeFile.deleteRemains(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("b.safetensors"));
        }
        WholeFile.deleteRemains(folder.resolve("not there"));
    }
}
