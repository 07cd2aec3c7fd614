package io.github.deepkd.fuzz;

import io.github.deepkd.tensor.NativeMemory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads mutated files in a process of its own, so that one that native code cannot stand ends this process only. It tells
 * on standard output that it is ready and then, a line each, by how much its memory has ever grown and a file's verdict.
 */
final class FuzzChild {

    /** Begins every line. */
    static final String TOLD = "fuzz: ";

    private final FuzzedReader reader;
    private final List<Seed> seeds;
    private final PrintStream told;

    private FuzzChild(FuzzedReader reader, Path folder, PrintStream told) throws IOException {
        this.reader = reader;
        this.seeds = reader.seeds().into(folder);
        this.told = told;
    }

    /** @param arguments the reader, an empty folder, the number of the first file and how many there are */
    public static void main(String[] arguments) throws IOException {
        PrintStream told = System.out;
        System.setOut(System.err); // whatever readers print is not part of what is told
        endWithParent();
        FuzzChild child = new FuzzChild(FuzzedReaders.named(arguments[0]), Path.of(arguments[1]), told);
        child.readSeeds();
        told.println(TOLD + "ready");
        child.readMutations(Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
    }

    /** The parent holds our standard input open as long as it lives. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        System.in.read();
                    } catch (IOException e) { // closed, which is what we wait for
                    }
                    Runtime.getRuntime().halt(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Mutations of what is not read even whole would prove nothing. */
    private void readSeeds() throws IOException {
        for (Seed seed : seeds) {
            seed.restore();
        }
        for (Seed seed : seeds) {
            Verdict verdict = Verdict.of(reader, seed.file());
            if (verdict.kind() != (seed.readable() ? Verdict.Kind.READ : Verdict.Kind.REFUSED)) {
                throw new IllegalStateException(seed.file() + " unchanged is " + verdict);
            }
        }
    }

    private void readMutations(long first, long count) throws IOException {
        forgetPeak();
        long before = NativeMemory.peakBytes();
        for (long number = first; number < first + count; number++) {
            Verdict verdict = verdict(number);
            told.println(TOLD + (NativeMemory.peakBytes() - before) + " " + verdict);
            told.flush();
        }
    }

    /** Making good files may take more memory than reading bad ones, and would hide it; Linux forgets on request. */
    private static void forgetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) { // another system, or one that forbids it: growth is then told from the highest peak
        }
    }

    private Verdict verdict(long number) throws IOException {
        Seed seed = seeds.get(Math.floorMod(number, seeds.size()));
        Mutator mutator = new Mutator(number, reader.words());
        Seed other = seeds.get(Math.floorMod(Long.hashCode(number * 31), seeds.size()));
        seed.write(mutator.mutate(seed.payload(), other.payload()));
        try {
            return Verdict.of(reader, seed.file());
        } finally {
            seed.restore();
        }
    }
}
