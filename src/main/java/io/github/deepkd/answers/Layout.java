package io.github.deepkd.answers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Where an answer lies. A chunk has the answers to {@code batchSize} images that follow one another, all views of one image
 * side by side, and their CRC-32C; the last of an epoch is filled up with zeros. Epochs follow one another. Little-endian.
 *
 * @param viewsPerEpoch of each image
 */
record Layout(int images, int viewsPerEpoch, int batchSize, Form form) {

    private static final int CHECKSUM = Integer.BYTES;

    int chunksPerEpoch() {
        return (images - 1) / batchSize + 1; // the sum of two ints would be one too many
    }

    int chunkBytes() {
        return payloadBytes() + CHECKSUM;
    }

    private int payloadBytes() {
        return Math.multiplyExact(Math.multiplyExact(batchSize, viewsPerEpoch), form.bytes());
    }

    /** @param epoch from 1 */
    int chunk(int epoch, int image) {
        return (epoch - 1) * chunksPerEpoch() + image / batchSize;
    }

    /** The place of an answer in its chunk. */
    int offset(int image, int view) {
        return (image % batchSize * viewsPerEpoch + view) * form.bytes();
    }

    long fileBytes(int epochs) {
        return (long) epochs * chunksPerEpoch() * chunkBytes();
    }

    /** An empty chunk, to be filled by {@link Form#write} and then {@link #seal}ed. */
    ByteBuffer newChunk() {
        return ByteBuffer.allocate(chunkBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts the checksum behind the answers. */
    void seal(ByteBuffer chunk, int number, byte[] store) {
        chunk.putInt(payloadBytes(), checksum(chunk, number, store));
    }

    boolean isIntact(ByteBuffer chunk, int number, byte[] store) {
        return chunk.getInt(payloadBytes()) == checksum(chunk, number, store);
    }

    /** Covers the store and the place too: a chunk of another teacher, or one that was moved, is not intact. */
    private int checksum(ByteBuffer chunk, int number, byte[] store) {
        CRC32C crc = new CRC32C();
        crc.update(store);
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
        crc.update(chunk.slice(0, payloadBytes()));
        return (int) crc.getValue();
    }
}
