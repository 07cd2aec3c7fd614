package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import io.github.deepkd.weights.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where weights are read from: a file of the user, or one that comes with deepkd, unpacked while this is open.
 *
 * @param unpacked whether the file goes when this closes
 */
record WeightSource(Path file, boolean unpacked) implements AutoCloseable {

    private static final String EMBEDDED = "embedded:";

    static WeightSource of(String weights) {
        return weights.startsWith(EMBEDDED)
                ? new WeightSource(unpack(weights.substring(EMBEDDED.length())), true)
                : new WeightSource(path(weights), false);
    }

    /** Whether there are such weights at hand. */
    static boolean isThere(String weights) {
        return weights.startsWith(EMBEDDED) || Files.isRegularFile(path(weights));
    }

    private static Path path(String weights) {
        try {
            return Path.of(weights);
        } catch (InvalidPathException e) {
            throw new BadInput("weights '" + weights + "' cannot be the path of a file", e);
        }
    }

    /** SHA-256 of the file, in hexadecimal digits. */
    static String sha256(String weights) {
        try (WeightSource source = of(weights)) {
            return Fingerprint.of(source.file());
        }
    }

    private static Path unpack(String name) {
        try (InputStream in = WeightSource.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new BadInput(
                        "no weights '" + name + "' come with deepkd; give a file in place of embedded:" + name);
            }
            Path file = Files.createTempFile("deepkd-", ".safetensors");
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (unpacked) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
