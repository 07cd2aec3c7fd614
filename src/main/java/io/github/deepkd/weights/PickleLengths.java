package io.github.deepkd.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Follows the instructions of a pickle without doing them: libtorch's own reader takes memory for whatever length, or place
 * in its memo, an instruction claims.
 */
final class PickleLengths {

    private final Path file;
    private final ByteBuffer pickle;

    private PickleLengths(Path file, byte[] pickle) {
        this.file = file;
        this.pickle = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Looks at it up to the first instruction that libtorch does not know, at which it stops as well.
     *
     * @throws io.github.deepkd.BadInput where something in it claims more than the pickle has bytes
     */
    static void require(Path file, byte[] pickle) {
        PickleLengths lengths = new PickleLengths(file, pickle);
        boolean goesOn = true;
        while (goesOn && lengths.pickle.hasRemaining()) {
            goesOn = lengths.instruction((char) (lengths.pickle.get() & 0xff));
        }
    }

    /** Returns whether another one may follow. */
    private boolean instruction(char opcode) {
        switch (opcode) {
            case '(', ')', ']', '}', 't', 'a', 'e', 's', 'u', 'R', 'b', 'Q', 'N', '0' -> skip(0);
            case 0x81, 0x85, 0x86, 0x87, 0x88, 0x89 -> skip(0);
            case 0x80, 'K', 'q', 'h' -> skip(1);
            case 'M' -> skip(2);
            case 'J', 'j' -> skip(Integer.BYTES);
            case 'G' -> skip(Double.BYTES);
            case 'U', 0x8a -> skip(unsigned(1));
            case 'X', 'T', 'B' -> skip(unsigned(Integer.BYTES));
            case 'r' -> requireWithin(unsigned(Integer.BYTES), pickle.capacity());
            case 'c' -> skipLines();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void skip(long bytes) {
        requireWithin(bytes, pickle.remaining());
        pickle.position(pickle.position() + (int) bytes);
    }

    private long unsigned(int bytes) {
        requireWithin(bytes, pickle.remaining());
        return bytes == 1 ? pickle.get() & 0xff : pickle.getInt() & 0xffff_ffffL;
    }

    /** Of a module and of a class. */
    private void skipLines() {
        for (int lines = 0; lines < 2 && pickle.hasRemaining(); ) {
            lines += pickle.get() == '\n' ? 1 : 0;
        }
    }

    private void requireWithin(long claimed, int there) {
        if (claimed > there) {
            throw Faults.damaged(
                    file,
                    "at byte %d of a pickle something claims %d bytes or places, and %d are there"
                            .formatted(pickle.position(), claimed, there));
        }
    }
}
