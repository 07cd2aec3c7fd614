package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The zip of a TorchScript module, looked at before libtorch, which believes what it says, reads it. */
final class ProgramArchive {

    /** Those of large language models have some hundred kilobytes of program. */
    private static final long MOST_PROGRAM = 64L << 20;

    private final Path file;
    private final ZipFile zip;
    /** By names without upper case, for so libtorch looks for them. */
    private final Map<String, ZipEntry> entries = new HashMap<>();

    private ProgramArchive(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
        for (ZipEntry entry : zip.stream().map(any -> (ZipEntry) any).toList()) {
            if (entries.put(entry.getName().toLowerCase(Locale.ROOT), entry) != null) {
                throw damaged(entry, "is there twice");
            }
        }
    }

    /**
     * @throws BadInput where an entry leads out of the archive, claims more than the file has, or is not what PyTorch would
     *     write
     */
    static void require(Path file, ZipFile zip) throws IOException {
        TorchArchive.requireInside(file, zip);
        ProgramArchive archive = new ProgramArchive(file, zip);
        archive.requireSizes();
        for (ZipEntry entry : archive.entries.values()) {
            archive.requireProgram(entry);
        }
    }

    /** Tensors are stored as they are, so that they cannot be larger than the file; programs are compressed. */
    private void requireSizes() {
        long inflated = 0;
        for (ZipEntry entry : entries.values()) {
            if (entry.getMethod() != ZipEntry.STORED) {
                inflated += entry.getSize();
            } else if (entry.getSize() != entry.getCompressedSize()
                    || entry.getSize() > file.toFile().length()) {
                throw damaged(
                        entry, "is said to have %d bytes, more or less than are there".formatted(entry.getSize()));
            }
        }
        if (inflated > MOST_PROGRAM) {
            throw new BadInput(
                    "%s would inflate to a program of %d bytes, and none has more than %d: save it again with torch.jit.save"
                            .formatted(file, inflated, MOST_PROGRAM));
        }
    }

    private void requireProgram(ZipEntry entry) throws IOException {
        String name = entry.getName().toLowerCase(Locale.ROOT);
        if (name.endsWith("/model.json")) {
            throw new BadInput(
                    "%s was saved by PyTorch 1.3 or before: save it again with torch.jit.save".formatted(file));
        }
        if (name.endsWith(".py")) {
            ProgramText.require(file, entry.getName(), new String(bytes(entry), StandardCharsets.UTF_8));
        }
        if (name.endsWith(".debug_pkl")) {
            ProgramUnpickler.tensors(file, entry.getName(), bytes(entry)); // lines of the source, and no tensors
        }
        if (name.endsWith("/data.pkl") || name.endsWith("/constants.pkl")) { // others are not read
            String storages = entry.getName().substring(0, entry.getName().length() - ".pkl".length()) + "/";
            for (TensorRef tensor : ProgramUnpickler.tensors(file, entry.getName(), bytes(entry))) {
                requireTensor(entry, tensor, storages + tensor.storage().key());
            }
        }
    }

    /** libtorch reads as many elements as the pickle says, wherever they lie. */
    private void requireTensor(ZipEntry pickle, TensorRef tensor, String name) {
        ZipEntry storage = entries.get(name.toLowerCase(Locale.ROOT));
        long claimed = tensor.storage()
                .type()
                .bytes(List.of(tensor.storage().elements()))
                .orElse(-1);
        if (storage == null || storage.getSize() != claimed || !tensor.isInBounds()) {
            throw damaged(
                    pickle,
                    "has a tensor with offset %d, shape %s and strides %s in the %d elements of %s, which %s"
                            .formatted(
                                    tensor.offset(),
                                    tensor.sizes(),
                                    tensor.strides(),
                                    tensor.storage().elements(),
                                    Faults.quote(name),
                                    storage == null ? "is missing" : "has %d bytes".formatted(storage.getSize())));
        }
    }

    private byte[] bytes(ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readNBytes((int) MOST_PROGRAM);
        }
    }

    private BadInput damaged(ZipEntry entry, String how) {
        return Faults.damaged(file, "its entry %s %s".formatted(Faults.quote(entry.getName()), how));
    }
}
