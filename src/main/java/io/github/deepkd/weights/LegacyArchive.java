package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.weights.TensorRef.StorageRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: five pickles one after the other (a magic number, the format's
 * version, facts about the machine, the object, the keys of its storages), then each storage as the number of its
 * elements, 8 bytes, and the elements.
 */
final class LegacyArchive implements StorageSource {

    /** All five pickles must end within it. */
    private static final int LONGEST_PICKLES = 64 << 20;

    private static final Integer VERSION = 1001;

    private record Place(long at, long bytes) {}

    private final Path file;
    private final Object saved;
    private final Map<String, Place> places = new HashMap<>();

    private LegacyArchive(Path file, Object saved) {
        this.file = file;
        this.saved = saved;
    }

    /** @throws BadInput if it is damaged or of a machine that orders bytes otherwise */
    static LegacyArchive open(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(LONGEST_PICKLES);
            return open(file, new ByteArrayInputStream(head), head.length);
        }
    }

    private static LegacyArchive open(Path file, InputStream pickles, int length) throws IOException {
        StateDictUnpickler.load(file, pickles); // the magic number, which FileKind has seen
        Object version = StateDictUnpickler.load(file, pickles).object();
        if (!VERSION.equals(version)) {
            throw new BadInput("%s has version %s of PyTorch's old format, only %d is read; %s"
                    .formatted(file, Faults.quote(String.valueOf(version)), VERSION, Faults.RESAVE));
        }
        requireLittleEndian(file, StateDictUnpickler.load(file, pickles).object());
        StateDictUnpickler.Loaded loaded = StateDictUnpickler.load(file, pickles);
        Object keys = StateDictUnpickler.load(file, pickles).object();
        LegacyArchive archive = new LegacyArchive(file, loaded.object());
        archive.locate(keys, loaded.storages(), length - pickles.available());
        return archive;
    }

    private static void requireLittleEndian(Path file, Object machine) {
        if (!(machine instanceof Map<?, ?> facts && Boolean.TRUE.equals(facts.get("little_endian")))) {
            throw new BadInput("%s was not written by a machine of little-endian byte order, which alone is read; %s"
                    .formatted(file, Faults.RESAVE));
        }
    }

    private void locate(Object keys, Map<String, StorageRef> storages, long from) throws IOException {
        if (!(keys instanceof List<?> list)) {
            throw Faults.damaged(file, "it does not list its storages");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            long at = from;
            for (Object key : list) {
                Place place = place(channel, at, storages.get(key));
                places.put(String.valueOf(key), place);
                at = place.at() + place.bytes();
            }
        }
    }

    private Place place(FileChannel channel, long at, @Nullable StorageRef ref) throws IOException {
        if (ref == null) {
            throw Faults.damaged(file, "it has a storage that no tensor looks into");
        }
        ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(count, at);
        long elements = count.getLong(0);
        long bytes = ref.type().bytes(List.of(elements)).orElse(Long.MAX_VALUE);
        if (count.hasRemaining() || bytes > channel.size() - at - Long.BYTES) {
            throw Faults.damaged(file, "it ends within storage " + Faults.quote(ref.key()));
        }
        return new Place(at + Long.BYTES, bytes);
    }

    /** The saved object, made of maps, lists, text, numbers and {@link TensorRef}s. */
    Object saved() {
        return saved;
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public long storageSize(String key) {
        return known(key).bytes();
    }

    @Override
    public InputStream storage(String key) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        return Channels.newInputStream(channel.position(known(key).at()));
    }

    private Place known(String key) {
        if (!places.containsKey(key)) {
            throw Faults.damaged(file, "its storage %s is missing".formatted(Faults.quote(key)));
        }
        return Objects.requireNonNull(places.get(key));
    }
}
