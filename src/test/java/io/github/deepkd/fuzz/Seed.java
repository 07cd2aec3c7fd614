package io.github.deepkd.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A good file that mutations start from.
 *
 * @param file where the reader looks for it
 * @param payload what is mutated: the file's content, or a part of it that lies behind checksums and lengths
 * @param wrap makes the file's content from a payload
 * @param readable false for what is refused even whole, such as a format that is only told apart
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Seed(Path file, byte[] payload, Wrap wrap, boolean readable) {

    /** Puts what a mutation made into the file: with right checksums, so that the reader goes on to what they guard. */
    interface Wrap {
        byte[] around(byte[] payload) throws IOException;
    }

    static Seed of(Path file, byte[] content) {
        return new Seed(file, content, payload -> payload, true);
    }

    /** The file as it lies on the disk. */
    static Seed of(Path file) throws IOException {
        return of(file, Files.readAllBytes(file));
    }

    Seed refused() {
        return new Seed(file, payload, wrap, false);
    }

    Seed wrapped(Wrap made) {
        return new Seed(file, payload, made, readable);
    }

    void write(byte[] mutated) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, wrap.around(mutated));
    }

    void restore() throws IOException {
        write(payload);
    }
}
