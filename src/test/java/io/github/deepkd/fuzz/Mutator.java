package io.github.deepkd.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Mutates bytes. The same number gives the same mutation, on every machine. */
final class Mutator {

    private static final long[] EXTREMES = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        32_767,
        32_768,
        65_535,
        60_000,
        1_000_000_000,
        Integer.MAX_VALUE,
        1L << 31,
        (1L << 32) - 1,
        1L << 32,
        1L << 40,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    /** Numbers that only text can spell. */
    private static final List<String> SPELT = List.of("1e999", "-1e-999", "0.5", "NaN", "99999999999999999999", "007");

    private static final int LONGEST_INSERTION = 64;
    private static final int LONGEST_REPETITION = 300_000;

    private final SplittableRandom random;
    private final List<byte[]> words;

    Mutator(long number, List<String> words) {
        this.random = new SplittableRandom(number);
        this.words =
                words.stream().map(w -> w.getBytes(StandardCharsets.ISO_8859_1)).toList();
    }

    /** One to six changes; half of the results have one. */
    byte[] mutate(byte[] good, byte[] other) {
        byte[] bad = good;
        int changes = Math.min(6, 1 + Integer.numberOfTrailingZeros(random.nextInt() | 1 << 10));
        for (int i = 0; i < changes; i++) {
            bad = change(bad, other);
        }
        return bad;
    }

    private byte[] change(byte[] in, byte[] other) {
        int at = random.nextInt(in.length + 1);
        int end = Math.min(in.length, at + 1 + random.nextInt(LONGEST_INSERTION));
        byte[] part = Arrays.copyOfRange(in, at, Math.max(at, end));
        return switch (random.nextInt(14)) {
            case 0, 13 -> flipped(in, at);
            case 1 -> overwritten(in, at, new byte[] {(byte) random.nextInt()});
            case 2 -> Arrays.copyOf(in, at);
            case 3 -> replaced(in, at, at, noise());
            case 4 -> replaced(in, at, at, part);
            case 5 -> replaced(in, at, end, new byte[0]);
            case 6 -> overwritten(in, at, extreme());
            case 7, 12 -> numberReplaced(in, at);
            case 8 -> spliced(in, at, other);
            case 9 -> overwritten(in, at, word());
            case 10 -> replaced(in, at, at, repeated(random.nextBoolean() ? word() : part));
            default -> replaced(in, at, at, word());
        };
    }

    private byte[] flipped(byte[] in, int at) {
        byte[] out = in.clone();
        if (at < out.length) {
            out[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return out;
    }

    private byte[] noise() {
        byte[] noise = new byte[1 + random.nextInt(LONGEST_INSERTION)];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] word() {
        return words.isEmpty() ? noise() : words.get(random.nextInt(words.size()));
    }

    /** A number of 1, 2, 4 or 8 bytes in either order. */
    private byte[] extreme() {
        boolean little = random.nextBoolean();
        int size = 1 << random.nextInt(4);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES)
                .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .putLong(EXTREMES[random.nextInt(EXTREMES.length)]);
        int from = little ? 0 : Long.BYTES - size;
        return Arrays.copyOfRange(bytes.array(), from, from + size);
    }

    /** The next digits in a text become another number. */
    private byte[] numberReplaced(byte[] in, int at) {
        int from = at;
        while (from < in.length && !isDigit(in[from])) {
            from++;
        }
        int to = from;
        while (to < in.length && isDigit(in[to])) {
            to++;
        }
        int choice = random.nextInt(EXTREMES.length + SPELT.size());
        String number =
                choice < EXTREMES.length ? Long.toString(EXTREMES[choice]) : SPELT.get(choice - EXTREMES.length);
        return replaced(in, from, to, number.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Our head and the other file's tail. */
    private byte[] spliced(byte[] in, int at, byte[] other) {
        int from = random.nextInt(other.length + 1);
        return replaced(in, at, in.length, Arrays.copyOfRange(other, from, other.length));
    }

    private byte[] repeated(byte[] what) {
        int most = LONGEST_REPETITION / Math.max(1, what.length);
        int times = 1 + random.nextInt(random.nextInt(8) == 0 ? most : Math.min(most, 40));
        byte[] all = new byte[times * what.length];
        for (int i = 0; i < times; i++) {
            System.arraycopy(what, 0, all, i * what.length, what.length);
        }
        return all;
    }

    private static byte[] overwritten(byte[] in, int at, byte[] with) {
        return replaced(in, at, Math.min(in.length, at + with.length), with);
    }

    private static byte[] replaced(byte[] in, int from, int to, byte[] with) {
        byte[] out = Arrays.copyOf(in, from + with.length + in.length - to);
        System.arraycopy(with, 0, out, from, with.length);
        System.arraycopy(in, to, out, from + with.length, in.length - to);
        return out;
    }
}
