package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The zip of a TorchScript module, looked at before libtorch, which believes what it says, takes memory for it. */
final class ProgramArchive {

    /** Those of large language models have some hundred kilobytes of program. */
    private static final long MOST_PROGRAM = 64L << 20;

    private ProgramArchive() {}

    /**
     * Tensors are stored as they are, so that they cannot be larger than the file; programs are compressed.
     *
     * @throws BadInput where an entry leads out of the archive, claims more than the file has, or inflates beyond what
     *     any program is
     */
    static void require(Path file, ZipFile zip) throws IOException {
        TorchArchive.requireInside(file, zip);
        long inflated = 0;
        for (ZipEntry entry : zip.stream().map(any -> (ZipEntry) any).toList()) {
            if (entry.getMethod() == ZipEntry.STORED) {
                requireStored(file, entry);
            } else {
                inflated += entry.getSize();
            }
        }
        if (inflated > MOST_PROGRAM) {
            throw new BadInput(
                    "%s would inflate to a program of %d bytes, and none has more than %d: save it again with torch.jit.save"
                            .formatted(file, inflated, MOST_PROGRAM));
        }
        requirePickles(file, zip);
    }

    private static void requirePickles(Path file, ZipFile zip) throws IOException {
        for (ZipEntry entry : zip.stream().map(any -> (ZipEntry) any).toList()) {
            if (entry.getName().endsWith("pkl")) {
                try (InputStream in = zip.getInputStream(entry)) {
                    PickleLengths.require(file, in.readNBytes((int) MOST_PROGRAM));
                }
            }
        }
    }

    private static void requireStored(Path file, ZipEntry entry) {
        if (entry.getSize() != entry.getCompressedSize()
                || entry.getSize() > file.toFile().length()) {
            throw Faults.damaged(
                    file,
                    "its entry %s is said to have %d bytes, more or less than are there"
                            .formatted(Faults.quote(entry.getName()), entry.getSize()));
        }
    }
}
