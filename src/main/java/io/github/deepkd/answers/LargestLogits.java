package io.github.deepkd.answers;

import io.github.deepkd.BadInput;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The label's logit and, of the other classes, the {@code k} largest; the rest is one number, the log of the sum of its
 * exponentials. Written as [label's logit, largest other logit, the rest's log-sum] in float32, then for each of the k its
 * class and how far it lies below the largest, in float16: the likelier a class, the smaller its error. Reading gives each
 * class of the rest the same share.
 *
 * @param k from 1 to {@code classes} - 2
 */
record LargestLogits(int classes, int k) implements Form {

    static final int MOST_CLASSES = 1 << Short.SIZE;
    private static final int HEAD = 3 * Float.BYTES;
    private static final int KEPT = Short.BYTES + Short.BYTES;

    @Override
    public int bytes() {
        return HEAD + k * KEPT;
    }

    @Override
    public void write(float[] logits, int at, int label, ByteBuffer to) {
        int[] others = othersLargestFirst(logits, at, label);
        float largest = logits[at + others[0]];
        to.putFloat(logits[at + label]).putFloat(largest).putFloat(restLogSum(logits, at, others));
        for (int i = 0; i < k; i++) {
            to.putShort((short) others[i]).putShort(Half.of(logits[at + others[i]] - largest));
        }
    }

    private int[] othersLargestFirst(float[] logits, int at, int label) {
        long[] keys = new long[classes];
        for (int c = 0; c < classes; c++) {
            keys[c] = c == label ? Long.MAX_VALUE : (~(long) ascending(logits[at + c]) << Integer.SIZE) | c;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys, 0, classes - 1).mapToInt(key -> (int) key).toArray();
    }

    /** An int that grows with the number: a negative float's bits grow the other way. */
    private static int ascending(float value) {
        int bits = Float.floatToIntBits(value);
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    private float restLogSum(float[] logits, int at, int[] others) {
        double most = logits[at + others[k]];
        double sum = 0;
        for (int i = k; i < others.length; i++) {
            sum += Math.exp(logits[at + others[i]] - most);
        }
        return (float) (most + Math.log(sum));
    }

    /** A class of the rest is never likelier than one that was kept, so that a mask of up to k classes keeps these. */
    @Override
    public void read(ByteBuffer from, int label, float[] logits, int at) {
        float labels = from.getFloat();
        float largest = from.getFloat();
        float rest = (float) (from.getFloat() - Math.log(classes - 1 - k));
        float smallestKept = largest + Half.toFloat(from.getShort(from.position() + k * KEPT - Short.BYTES));
        Arrays.fill(logits, at, at + classes, Math.min(rest, smallestKept));
        logits[at + label] = labels;
        for (int i = 0; i < k; i++) {
            logits[at + keptClass(from)] = largest + Half.toFloat(from.getShort());
        }
    }

    /** Checksums keep out damage; that no class lies outside keeps out forgery. */
    private int keptClass(ByteBuffer from) {
        int kept = Short.toUnsignedInt(from.getShort());
        if (kept >= classes) {
            throw new BadInput("an answer is about class " + kept + " of " + classes + ", counted from 0");
        }
        return kept;
    }
}
