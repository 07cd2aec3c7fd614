package io.github.deepkd.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Small made-up data. */
final class Fixtures {

    private Fixtures() {}

    /** Images of random bytes whose label is their index modulo {@code classes}. */
    static InMemoryImages random(int count, Shape shape, int classes, long seed) {
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        return new InMemoryImages(shape, bytes(count * shape.size(), seed), labels);
    }

    static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] image(ImageSet set, int index) {
        byte[] planar = new byte[set.shape().size()];
        set.read(index, planar);
        return planar;
    }

    static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String content) {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }
}
