package io.github.deepkd.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** How much memory this process holds, tensors included. */
public final class NativeMemory {

    private static final Path LINUX_STATUS = Path.of("/proc/self/status");

    private NativeMemory() {}

    /** Resident memory now, in bytes. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    /** The most resident memory so far, in bytes; where the system does not tell, what is resident now. */
    public static long peakBytes() {
        if (!Files.isReadable(LINUX_STATUS)) {
            return residentBytes();
        }
        try {
            return peak(Files.readAllLines(LINUX_STATUS));
        } catch (IOException e) {
            return residentBytes();
        }
    }

    private static long peak(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseGet(NativeMemory::residentBytes);
    }
}
