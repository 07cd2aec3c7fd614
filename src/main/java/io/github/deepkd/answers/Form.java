package io.github.deepkd.answers;

import java.nio.ByteBuffer;

/** How one answer, the logits [C] of one view of one image, is written. */
interface Form {

    /** The same for every answer. */
    int bytes();

    /** Writes the logits that begin at {@code at}; {@code label} is the image's class. */
    void write(float[] logits, int at, int label, ByteBuffer to);

    /** The inverse of {@link #write}, as far as it can be. */
    void read(ByteBuffer from, int label, float[] logits, int at);

    /** @param top how many of the largest logits are kept beside the label's; 0 for all */
    static Form of(int classes, int top) {
        return top == 0 ? new AllLogits(classes) : new LargestLogits(classes, top);
    }
}
