package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** The formats of weights that are read, recognised by a file's first bytes. */
enum FileKind {
    ZIP,
    SAFETENSORS;

    private static final int HEAD = 512;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

    /** The number 0x1950a86a20f9469cfc6c as the pickle that opens files of PyTorch before 1.6, after its protocol. */
    private static final byte[] LEGACY_MAGIC = HexFormat.of().parseHex("8a0a6cfc9c46f9206aa85019");

    private static final byte[] TAR_MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);
    private static final int TAR_MAGIC_AT = 257;

    /** @throws BadInput if there is no such file, or it holds no weights in a format that is read */
    static FileKind of(Path file) {
        byte[] head = head(file);
        if (holds(head, 0, ZIP_MAGIC)) {
            return ZIP;
        }
        if (holds(head, 2, LEGACY_MAGIC) || holds(head, TAR_MAGIC_AT, TAR_MAGIC)) {
            throw new BadInput("%s is in the old format of PyTorch before 1.6, which is not read; %s"
                    .formatted(file, Faults.RESAVE));
        }
        if (isText(head)) {
            throw new BadInput(
                    "%s is a text file, not weights: it begins with %s; give a safetensors file or a PyTorch checkpoint"
                            .formatted(file, Faults.quote(firstLine(head))));
        }
        if (head.length > Long.BYTES && head[Long.BYTES] == '{') {
            return SAFETENSORS;
        }
        throw new BadInput("%s is neither a safetensors file nor a PyTorch checkpoint: it begins with the bytes %s"
                .formatted(file, HEX.formatHex(head, 0, Math.min(head.length, Long.BYTES))));
    }

    /** @throws BadInput if there is nothing at the path, or no file */
    static void requireFile(Path file) {
        if (Files.notExists(file)) {
            throw new BadInput("%s does not exist: expected a file of weights".formatted(file));
        }
        if (Files.isDirectory(file)) {
            throw new BadInput("%s is a folder: expected a file of weights".formatted(file));
        }
        InputFile.require(file);
    }

    private static byte[] head(Path file) {
        requireFile(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEAD);
            if (head.length == 0) {
                throw new BadInput("%s is empty: expected a file of weights".formatted(file));
            }
            return head;
        } catch (IOException e) {
            throw Faults.unreadable(file, e);
        }
    }

    private static boolean holds(byte[] head, int at, byte[] magic) {
        int end = at + magic.length;
        return end <= head.length && Arrays.equals(head, at, end, magic, 0, magic.length);
    }

    /** Binary formats have control characters among their first bytes; bytes above 127 may be letters in UTF-8. */
    private static boolean isText(byte[] head) {
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
                return false;
            }
        }
        return true;
    }

    private static String firstLine(byte[] head) {
        return new String(head, StandardCharsets.UTF_8)
                .strip()
                .lines()
                .findFirst()
                .orElse("");
    }
}
