package io.github.deepkd.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** SHA-256 sums: of tensors with their names and of the text beside them, or of a file. */
public final class Fingerprint {

    private final MessageDigest digest = sha256();

    private Fingerprint() {}

    /** Equal for the same names, types, shapes, bits and texts, in whatever order. */
    public static String of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        Fingerprint fingerprint = new Fingerprint();
        new TreeMap<>(metadata).forEach((key, value) -> fingerprint.add(key).add(value));
        new TreeMap<>(tensors).forEach(fingerprint::add);
        return fingerprint.hex();
    }

    /** Of a file's bytes. */
    public static String of(Path file) {
        InputFile.require(file);
        Fingerprint fingerprint = new Fingerprint();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), fingerprint.digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw Faults.unreadable(file, e);
        }
        return fingerprint.hex();
    }

    /** Its length goes first, so that no two lists of texts look alike. */
    private Fingerprint add(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
        return this;
    }

    private void add(String name, Tensor tensor) {
        add(name).add(Tensors.type(tensor) + " " + Tensors.shape(tensor));
        try {
            Tensors.write(tensor, new Sink(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record Sink(MessageDigest digest) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            digest.update(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
