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
import java.util.zip.ZipFile;

/** The formats of weights and of whole networks, recognised by a file's content: names lie. */
public enum FileKind {
    SAFETENSORS("safetensors"),
    SAFETENSORS_INDEX("safetensors in shards, with an index"),
    PYTORCH("PyTorch checkpoint, zip format"),
    PYTORCH_LEGACY("PyTorch checkpoint, legacy format of before 1.6"),
    /** A program with its weights. */
    TORCHSCRIPT("TorchScript module"),
    /** A program with its weights. */
    ONNX("ONNX model");

    private static final int HEAD = 512;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

    /** The number 0x1950a86a20f9469cfc6c as the pickle that opens files of PyTorch before 1.6, after its protocol. */
    private static final byte[] LEGACY_MAGIC = HexFormat.of().parseHex("8a0a6cfc9c46f9206aa85019");

    private static final byte[] TAR_MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);
    private static final int TAR_MAGIC_AT = 257;

    /** Protobuf's key of the field that opens a ModelProto: {@code ir_version}, a varint. */
    private static final byte ONNX_FIRST = 0x08;

    private static final int ONNX_NEWEST_IR = 30;

    private final String about;

    FileKind(String about) {
        this.about = about;
    }

    /** The format's name, for people. */
    public String about() {
        return about;
    }

    /** Whether the file brings its own architecture, so that no name of a model is needed. */
    public boolean isProgram() {
        return this == TORCHSCRIPT || this == ONNX;
    }

    /** @throws BadInput if there is no such file, or it is in no format that is read */
    public static FileKind of(Path file) {
        byte[] head = head(file);
        if (holds(head, 0, ZIP_MAGIC)) {
            return isTorchScript(file) ? TORCHSCRIPT : PYTORCH;
        }
        if (holds(head, 2, LEGACY_MAGIC)) {
            return PYTORCH_LEGACY;
        }
        if (holds(head, TAR_MAGIC_AT, TAR_MAGIC)) {
            throw new BadInput("%s is in the tar format of PyTorch's first versions, which is not read; %s"
                    .formatted(file, Faults.RESAVE));
        }
        if (isText(head)) {
            return text(file, firstLine(head));
        }
        if (head.length > Long.BYTES && head[Long.BYTES] == '{') {
            return SAFETENSORS;
        }
        if (isOnnx(head)) {
            return ONNX;
        }
        throw new BadInput(
                "%s is neither a safetensors file nor a PyTorch checkpoint, TorchScript module or ONNX model: it begins with the bytes %s"
                        .formatted(file, HEX.formatHex(head, 0, Math.min(head.length, Long.BYTES))));
    }

    private static FileKind text(Path file, String firstLine) {
        if (firstLine.startsWith("{")) {
            return SAFETENSORS_INDEX;
        }
        throw new BadInput(
                "%s is a text file, not weights: it begins with %s; give a safetensors file or a PyTorch checkpoint"
                        .formatted(file, Faults.quote(firstLine)));
    }

    /** A zip that cannot be opened is called a checkpoint, whose reader says what is wrong with it. */
    private static boolean isTorchScript(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            boolean program = zip.stream().anyMatch(entry -> TorchArchive.isOfProgram(entry.getName()));
            if (program) {
                ProgramArchive.require(file, zip);
            }
            return program;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isOnnx(byte[] head) {
        return head.length > 2 && head[0] == ONNX_FIRST && head[1] > 0 && head[1] <= ONNX_NEWEST_IR;
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
