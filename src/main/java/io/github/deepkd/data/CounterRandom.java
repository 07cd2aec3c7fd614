package io.github.deepkd.data;

import java.util.SplittableRandom;

/** Random numbers as a pure function of a key, so that neither threads nor order nor a restart can change them. */
public final class CounterRandom {

    private CounterRandom() {}

    /** A generator for this key alone; keys that differ, in length too, give unrelated generators. */
    public static SplittableRandom of(long... key) {
        long state = key.length;
        for (long part : key) {
            state = mix(state + 0x9E3779B97F4A7C15L + part);
        }
        return new SplittableRandom(state);
    }

    /** The finaliser of SplitMix64: every bit of the argument stirs every bit of the result. */
    private static long mix(long z) {
        long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long x = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
