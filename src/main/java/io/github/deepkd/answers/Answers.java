package io.github.deepkd.answers;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Stored answers, complete and checked, mapped into memory. Safe for any number of threads. */
public final class Answers {

    /** Bytes of one mapping at most; a buffer is addressed by an int. */
    static final int MAPPING = 1 << 30;

    static final String FILE = "answers.bin";

    private final Path folder;
    private final Description description;
    private final Layout layout;
    private final int chunksPerMapping;
    private final List<ByteBuffer> mappings;

    private Answers(Path folder, Description description, List<ByteBuffer> mappings) {
        this.folder = folder;
        this.description = description;
        this.layout = description.layout();
        this.chunksPerMapping = chunksPerMapping(layout);
        this.mappings = mappings;
    }

    /**
     * Maps the answers that {@code description} tells of and checks every chunk, at the speed of reading the file.
     *
     * @throws BadInput where some are missing or damaged
     */
    public static Answers open(Path folder, Description description) {
        Path file = folder.resolve(FILE);
        InputFile.require(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            requireComplete(folder, description, channel.size());
            Answers answers = new Answers(folder, description, map(channel, description));
            answers.requireIntact();
            return answers;
        } catch (NoSuchFileException e) {
            throw unfinished(folder, 0, description);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be read: " + e, e);
        }
    }

    private static void requireComplete(Path folder, Description description, long bytes) {
        if (bytes < description.bytes()) {
            throw unfinished(folder, bytes / description.layout().chunkBytes(), description);
        }
    }

    private static BadInput unfinished(Path folder, long chunks, Description description) {
        return new BadInput("the answers in " + folder + " are not complete, " + chunks + " of " + description.chunks()
                + " batches are there: run the same deepkd teach command again, which goes on");
    }

    private static List<ByteBuffer> map(FileChannel channel, Description description) throws IOException {
        long step = (long) chunksPerMapping(description.layout())
                * description.layout().chunkBytes();
        List<ByteBuffer> mappings = new ArrayList<>();
        for (long at = 0; at < description.bytes(); at += step) {
            long length = Math.min(step, description.bytes() - at);
            mappings.add(channel.map(FileChannel.MapMode.READ_ONLY, at, length));
        }
        return mappings;
    }

    private static int chunksPerMapping(Layout layout) {
        return Math.max(1, MAPPING / layout.chunkBytes());
    }

    private void requireIntact() {
        byte[] store = description.identity();
        int damaged = IntStream.range(0, description.chunks())
                .parallel()
                .filter(chunk -> !layout.isIntact(chunk(chunk), chunk, store))
                .findFirst()
                .orElse(-1);
        if (damaged >= 0) {
            throw new BadInput(folder.resolve(FILE) + " is damaged, batch " + (damaged + 1) + " of "
                    + description.chunks() + " does not match its checksum: run the same deepkd teach command again,"
                    + " which stores anew what is damaged");
        }
    }

    private ByteBuffer chunk(int number) {
        return mappings.get(number / chunksPerMapping)
                .slice(number % chunksPerMapping * layout.chunkBytes(), layout.chunkBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    public Description description() {
        return description;
    }

    /**
     * Puts one answer into {@code logits}, from {@code at} on.
     *
     * @param epoch of the views, from 1 to N
     * @param image its index in the training split
     * @param view 0 for the weak one, 1 for the strong one
     * @param label the image's class
     * @throws BadInput where it was forged
     */
    public void read(int epoch, int image, int view, int label, float[] logits, int at) {
        ByteBuffer chunk = chunk(layout.chunk(epoch, image));
        chunk.position(layout.offset(image, view));
        try {
            layout.form().read(chunk, label, logits, at);
        } catch (BadInput e) {
            throw new BadInput(
                    folder.resolve(FILE) + ", epoch " + epoch + ", image " + image + ": " + e.getMessage()
                            + ": store the answers anew",
                    e);
        }
    }
}
