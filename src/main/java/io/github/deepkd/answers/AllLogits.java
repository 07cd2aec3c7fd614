package io.github.deepkd.answers;

import java.nio.ByteBuffer;

/** Every logit in float32: exact. */
record AllLogits(int classes) implements Form {

    @Override
    public int bytes() {
        return classes * Float.BYTES;
    }

    @Override
    public void write(float[] logits, int at, int label, ByteBuffer to) {
        to.asFloatBuffer().put(logits, at, classes);
        to.position(to.position() + bytes());
    }

    @Override
    public void read(ByteBuffer from, int label, float[] logits, int at) {
        from.asFloatBuffer().get(logits, at, classes);
        from.position(from.position() + bytes());
    }
}
