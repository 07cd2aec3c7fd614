package io.github.deepkd.answers;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.stream.Stream;

/**
 * Stores answers, batch by batch, each on the disk before the next is begun. What an earlier process stored stays; what is
 * missing, cut off or damaged is to be stored.
 */
public final class AnswersWriter implements AutoCloseable {

    private final Path folder;
    private final Description description;
    private final Layout layout;
    private final byte[] store;
    private final FileChannel channel;
    private final BitSet stored;

    private AnswersWriter(Path folder, Description description, FileChannel channel) throws IOException {
        this.folder = folder;
        this.description = description;
        this.layout = description.layout();
        this.store = description.identity();
        this.channel = channel;
        this.stored = intact();
    }

    /**
     * Begins in a new or empty folder, or goes on in one that holds answers to the same question. It may hold fewer views,
     * and then gets more.
     *
     * @throws BadInput naming the setting that differs
     */
    public static AnswersWriter open(Path folder, Description description) {
        try {
            require(folder, description);
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(Answers.FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            lock(folder, channel);
            requireRoom(folder, description.bytes() - channel.size());
            description.write(folder);
            return new AnswersWriter(folder, description, channel);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static void require(Path folder, Description description) throws IOException {
        if (Description.isIn(folder)) {
            requireSame(folder, Description.read(folder), description);
        } else if (Files.exists(folder)) {
            requireEmpty(folder);
        }
    }

    private static void requireSame(Path folder, Description there, Description wanted) {
        String difference = there.difference(wanted);
        if (difference != null) {
            throw new BadInput("the answers in " + folder + " have " + difference
                    + ": go on with the same setting, or name another --output folder");
        }
        if (there.views() > wanted.views()) {
            throw new BadInput("the answers in " + folder + " have views " + there.views() + ", not " + wanted.views()
                    + ": there may be more than before, not fewer; name another --output folder for fewer");
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (!files.allMatch(AnswersWriter::isBegun)) {
                throw new BadInput(folder + " holds files, but no stored answers: name another --output folder");
            }
        }
    }

    /** What a process leaves that was killed before it had described its answers. */
    private static boolean isBegun(Path file) {
        boolean empty = file.endsWith(Answers.FILE) && file.toFile().length() == 0;
        return empty || WholeFile.isRemains(file);
    }

    private static void lock(Path folder, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) { // held by this very process
        }
        channel.close();
        throw new BadInput("another deepkd teach is storing answers in " + folder
                + ": wait for its end, or name another --output folder");
    }

    private static void requireRoom(Path folder, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new BadInput(folder + " has room for " + free / 1_000_000 + " MB, but the answers take "
                    + bytes / 1_000_000 + " MB more: make room, ask for fewer --views, keep fewer logits by --top, or"
                    + " name another --output folder");
        }
    }

    private BitSet intact() throws IOException {
        BitSet intact = new BitSet();
        int complete = (int) Math.min(description.chunks(), channel.size() / layout.chunkBytes());
        ByteBuffer chunk = layout.newChunk();
        for (int number = 0; number < complete; number++) {
            read(chunk.clear(), position(number));
            intact.set(number, layout.isIntact(chunk, number, store));
        }
        return intact;
    }

    private void read(ByteBuffer chunk, long position) throws IOException {
        int count = 0;
        while (chunk.hasRemaining() && count >= 0) {
            count = channel.read(chunk, position + chunk.position());
        }
    }

    private long position(int number) {
        return (long) number * layout.chunkBytes();
    }

    /** Batches that need not be stored any more. */
    public int stored() {
        return stored.cardinality();
    }

    /** The first batch of the epoch, from 0, that is to be stored; -1 where there is none. */
    public int firstMissing(int epoch) {
        int first = layout.chunk(epoch, 0);
        int missing = stored.nextClearBit(first) - first;
        return missing < layout.chunksPerEpoch() ? missing : -1;
    }

    /** Whether the batch that begins with that image is to be stored. */
    public boolean isMissing(int epoch, int firstImage) {
        return !stored.get(layout.chunk(epoch, firstImage));
    }

    /**
     * Stores a batch.
     *
     * @param firstImage the index of its first image; the others follow
     * @param labels [N]
     * @param logits for each view of an epoch [N, C], finite
     * @throws BadInput where the disk refuses, as one that is full does
     */
    public void store(int epoch, int firstImage, long[] labels, float[][] logits) {
        int number = layout.chunk(epoch, firstImage);
        ByteBuffer chunk = layout.newChunk();
        for (int i = 0; i < labels.length; i++) {
            for (float[] view : logits) {
                layout.form().write(view, i * description.classes(), Math.toIntExact(labels[i]), chunk);
            }
        }
        layout.seal(chunk, number, store);
        try {
            write(chunk.clear(), position(number));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        stored.set(number);
    }

    private void write(ByteBuffer chunk, long position) throws IOException {
        while (chunk.hasRemaining()) {
            channel.write(chunk, position + chunk.position());
        }
        channel.force(false);
    }

    private static BadInput unwritable(Path folder, IOException e) {
        return new BadInput(
                "the answers cannot be stored in " + folder + " (" + e.getMessage()
                        + "): make room or name another --output folder; the same command goes on with what is there",
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }
}
