package io.github.deepkd.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.bytedeco.javacpp.Pointer;

/** How much memory this process holds, tensors included. */
public final class NativeMemory {

    private static final Path LINUX_STATUS = Path.of("/proc/self/status");

    private NativeMemory() {}

    /** Resident memory now, in bytes. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    /** Native objects that Java owns now, such as tensors. */
    public static long objects() {
        return Pointer.totalCount();
    }

    /** The most resident memory so far, in bytes; where the system does not tell, what is resident now. */
    public static long peakBytes() {
        return peak().orElseGet(NativeMemory::residentBytes);
    }

    /** The most resident memory so far, in bytes, where the system tells: on Linux. */
    public static OptionalLong peak() {
        try {
            return Files.isReadable(LINUX_STATUS) ? peak(Files.readAllLines(LINUX_STATUS)) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong peak(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst();
    }
}
