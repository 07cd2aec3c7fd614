package io.github.deepkd.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Readers that are wrong in all the ways that fuzzing is to notice, once their file is changed. */
final class BrokenReaders {

    /** Long enough that hardly a mutation leaves it as it was. */
    private static final byte[] GOOD = "all is well\n".repeat(100).getBytes(US_ASCII);

    private BrokenReaders() {}

    static List<FuzzedReader> all() {
        return List.of(
                broken("throws", file -> {
                    throw new IllegalStateException("thrown");
                }),
                broken("names-no-file", file -> {
                    throw new BadInput("something is wrong somewhere");
                }),
                broken("overflows", BrokenReaders::overflow),
                broken("runs-out-of-memory", file -> hoard(new byte[300 << 20])),
                broken("takes-native-memory", file -> takeNative(600L << 20)),
                broken("crashes", file -> crash()),
                broken("hangs", file -> hang()));
    }

    private static FuzzedReader broken(String name, FuzzedReader.Reading fault) {
        return FuzzedReader.ofFile(name, List.of(), folder -> List.of(Seed.of(folder.resolve("file"), GOOD)), file -> {
            if (!Arrays.equals(Files.readAllBytes(file), GOOD)) {
                fault.of(file);
            }
        });
    }

    @SuppressWarnings("InfiniteRecursion")
    private static void overflow(Path file) {
        overflow(file.resolve("deeper"));
    }

    private static void hoard(byte[] much) {
        Arrays.fill(much, (byte) 1);
    }

    private static void takeNative(long bytes) {
        try (BytePointer much = new BytePointer(bytes)) {
            Pointer.memset(much, 1, bytes);
        }
    }

    /** A null pointer followed in native code. */
    private static void crash() {
        try (BytePointer nowhere = new BytePointer((Pointer) null)) {
            Pointer.memset(nowhere.position(0), 1, 1);
        }
    }

    private static void hang() throws IOException {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
