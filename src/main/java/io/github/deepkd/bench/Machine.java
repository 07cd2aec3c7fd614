package io.github.deepkd.bench;

import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.BuildInfo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a number was measured on.
 *
 * @param openblas the processor that OpenBLAS chose its kernels for
 * @param cpu the processor's name, or its architecture where the system does not tell
 * @param threads of one libtorch operation
 * @param load processes that ran or waited over the last minute, before the measurement; below 0 where the system does not
 *     tell
 * @param environment the variables that decide about threads and memory
 */
public record Machine(
        String deepkd,
        String commit,
        String java,
        String libtorch,
        String openblas,
        String os,
        String cpu,
        int cores,
        int threads,
        double load,
        Map<String, String> environment) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> DECISIVE = List.of("MALLOC_", "OPENBLAS_", "OMP_", "MKL_", "ONEDNN_", "DNNL_");

    /** This one, now. */
    public static Machine here() {
        return new Machine(
                BuildInfo.version(),
                BuildInfo.commit(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Torch.version(),
                Torch.openblasKernels(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                Torch.threads(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                decisive(System.getenv()));
    }

    private static Map<String, String> decisive(Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>(environment);
        found.keySet().removeIf(name -> DECISIVE.stream().noneMatch(name::startsWith));
        return found;
    }

    private static String cpuName() {
        try {
            return Files.isReadable(CPU_INFO) ? cpuName(Files.readAllLines(CPU_INFO)) : System.getProperty("os.arch");
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static String cpuName(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.replaceFirst("[^:]*:\\s*", ""))
                .findFirst()
                .orElseGet(() -> System.getProperty("os.arch"));
    }
}
