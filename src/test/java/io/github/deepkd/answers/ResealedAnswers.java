package io.github.deepkd.answers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Forges stored answers: what is changed in them gets the checksum that belongs to it. */
public final class ResealedAnswers {

    private ResealedAnswers() {}

    /** The same bytes, every whole chunk with a right checksum. */
    public static byte[] of(Description description, byte[] changed) {
        Layout layout = description.layout();
        ByteBuffer file = ByteBuffer.wrap(changed.clone());
        for (int number = 0; number < changed.length / layout.chunkBytes(); number++) {
            ByteBuffer chunk = file.slice(number * layout.chunkBytes(), layout.chunkBytes());
            layout.seal(chunk.order(ByteOrder.LITTLE_ENDIAN), number, description.identity());
        }
        return file.array();
    }
}
