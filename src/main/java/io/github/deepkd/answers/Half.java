package io.github.deepkd.answers;

/** IEEE 754 float16, which Java has from 20 on: 1 sign, 5 exponent and 10 fraction bits. */
final class Half {

    private static final int FRACTION = 10;
    private static final int DROPPED = 23 - FRACTION;
    private static final int INFINITY = 0x7C00;
    /** The least float32 that rounds to infinity: half a step above 65504. */
    private static final float OVERFLOW = 65520f;
    /** 2^-14, the least number with a full fraction. */
    private static final float LEAST_NORMAL = 0x1p-14f;

    private Half() {}

    /** The nearest float16, of two equally near the even one; what is too large becomes infinite. */
    static short of(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (INFINITY | 1);
        }
        if (size >= OVERFLOW) {
            return (short) (sign | INFINITY);
        }
        return (short) (sign | (size < LEAST_NORMAL ? subnormal(size) : normal(size)));
    }

    /** In steps of 2^-24. */
    private static int subnormal(float size) {
        return (int) Math.rint(size * 0x1p24);
    }

    /** A fraction that rounds up to the next power of two carries into the exponent, as it must. */
    private static int normal(float size) {
        int bits = Float.floatToRawIntBits(size);
        int even = (bits >>> DROPPED) & 1;
        int rounded = (bits + (1 << (DROPPED - 1)) - 1 + even) >>> DROPPED;
        return rounded - ((127 - 15) << FRACTION);
    }

    static float toFloat(short half) {
        int exponent = (half & INFINITY) >>> FRACTION;
        int fraction = half & ((1 << FRACTION) - 1);
        float size;
        if (exponent == 31) {
            size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            size = fraction * 0x1p-24f;
        } else {
            size = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (fraction << DROPPED));
        }
        return half < 0 ? -size : size;
    }
}
