package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The zip that {@code torch.save} writes: {@code NAME/data.pkl} describes the object, {@code NAME/data/KEY} are the
 * storages its tensors look into. Entries are looked up, never unpacked to the disk.
 */
final class TorchArchive implements StorageSource {

    /** A state dictionary takes some 130 bytes of pickle a tensor. */
    private static final long LONGEST_PICKLE = 64L << 20;

    /** An absolute path, one of a drive, or one that goes up. */
    private static final Predicate<String> OUTSIDE =
            Pattern.compile("^[/\\\\]|^[A-Za-z]:|(^|[/\\\\])\\.\\.([/\\\\]|$)").asPredicate();

    private static final Pattern PROGRAM = Pattern.compile("[^/]+/(code/.*|constants\\.pkl)");

    private static final Pattern PICKLE = Pattern.compile("([^/]+/)data\\.pkl");

    private final Path file;
    private final ZipFile zip;
    private final String folder;

    /** Whether an entry of this name makes the zip a TorchScript archive. */
    static boolean isOfProgram(String entry) {
        return PROGRAM.matcher(entry).matches();
    }

    private TorchArchive(Path file, ZipFile zip, String folder) {
        this.file = file;
        this.zip = zip;
        this.folder = folder;
    }

    /** @throws BadInput if the zip holds no checkpoint that can be read here */
    static TorchArchive open(Path file, ZipFile zip) throws IOException {
        requireInside(file, zip);
        List<String> folders = zip.stream()
                .map(entry -> PICKLE.matcher(entry.getName()))
                .filter(name -> name.matches())
                .map(name -> name.group(1))
                .toList();
        if (folders.size() != 1) {
            throw new BadInput("%s is a zip file but no PyTorch checkpoint: it has %d entries data.pkl, expected 1"
                    .formatted(file, folders.size()));
        }
        TorchArchive archive = new TorchArchive(file, zip, folders.get(0));
        archive.requireNoProgram();
        archive.requireLittleEndian();
        return archive;
    }

    @Override
    public Path file() {
        return file;
    }

    /** The description of the saved object. */
    byte[] pickle() throws IOException {
        ZipEntry entry = entry("data.pkl");
        if (entry.getSize() > LONGEST_PICKLE) {
            throw new BadInput("%s describes its tensors in %d bytes, more than the %d that are read; %s"
                    .formatted(file, entry.getSize(), LONGEST_PICKLE, Faults.RESAVE));
        }
        return bytes(entry);
    }

    @Override
    public InputStream storage(String key) throws IOException {
        return zip.getInputStream(entry("data/" + key));
    }

    @Override
    public long storageSize(String key) {
        return entry("data/" + key).getSize();
    }

    /** Nothing is unpacked, so such an entry could do no harm; but nobody makes one who means well. */
    static void requireInside(Path file, ZipFile zip) {
        zip.stream().map(ZipEntry::getName).filter(OUTSIDE).findFirst().ifPresent(name -> {
            throw new BadInput(
                    "%s has an entry %s, which leads out of it; %s".formatted(file, Faults.quote(name), Faults.RESAVE));
        });
    }

    private void requireNoProgram() {
        if (zip.stream().anyMatch(entry -> isOfProgram(entry.getName()))) {
            throw new BadInput(
                    "%s is a TorchScript archive, a program with its weights, not a state dictionary: leave the model's"
                                    .formatted(file)
                            + " name out, or set it to torchscript");
        }
    }

    private void requireLittleEndian() throws IOException {
        if (zip.getEntry(folder + "byteorder") != null) {
            String order = new String(bytes(entry("byteorder")), StandardCharsets.UTF_8);
            if (!order.equals("little")) {
                throw new BadInput("%s has the byte order %s, only 'little' is read; %s"
                        .formatted(file, Faults.quote(order), Faults.RESAVE));
            }
        }
    }

    private byte[] bytes(ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readNBytes((int) Math.min(entry.getSize(), LONGEST_PICKLE));
        }
    }

    /** {@code torch.save} stores without compression, so an entry that claims more than the file has is a lie. */
    private ZipEntry entry(String name) {
        ZipEntry entry = zip.getEntry(folder + name);
        if (entry == null) {
            throw Faults.damaged(file, "its entry %s is missing".formatted(Faults.quote(name)));
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw new BadInput(
                    "%s is a compressed zip, PyTorch writes uncompressed ones; %s".formatted(file, Faults.RESAVE));
        }
        return entry;
    }
}
