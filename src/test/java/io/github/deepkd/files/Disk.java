package io.github.deepkd.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that fails: after so many bytes of whole files the process is killed within a write, there is no room left, or the write does not end. */
public final class Disk {

    /** Told where a write begins that will not end. */
    public static final String HANGS = "this write hangs";

    private Disk() {}

    /** What happens when the bytes are used up. */
    public enum End {
        KILL {
            @Override
            void come() {
                Runtime.getRuntime().halt(137);
            }
        },
        FULL {
            @Override
            void come() throws IOException {
                throw new IOException("No space left on device");
            }
        },
        HANG {
            @Override
            void come() throws IOException {
                System.err.println(HANGS);
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };

        abstract void come() throws IOException;
    }

    /** All files written from now on count. */
    public static void failAfter(long bytes, End end) {
        AtomicLong left = new AtomicLong(bytes);
        WholeFile.path = channel -> new Failing(channel, left, end);
    }

    /** A sound disk again. */
    public static void mend() {
        WholeFile.path = channel -> channel;
    }

    private record Failing(WritableByteChannel to, AtomicLong left, End end) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            long allowed = Math.min(left.get(), bytes.remaining());
            left.addAndGet(-allowed);
            ByteBuffer part = bytes.slice(bytes.position(), (int) allowed);
            WholeFile.writeAll(part, to);
            bytes.position(bytes.position() + (int) allowed);
            if (bytes.hasRemaining()) {
                end.come();
            }
            return (int) allowed;
        }

        @Override
        public boolean isOpen() {
            return to.isOpen();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }
}
