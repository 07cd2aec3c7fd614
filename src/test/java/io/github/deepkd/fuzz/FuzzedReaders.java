package io.github.deepkd.fuzz;

import java.util.List;
import java.util.stream.Stream;

/** Every reader of files that deepkd has. */
final class FuzzedReaders {

    private FuzzedReaders() {}

    static List<FuzzedReader> all() {
        return Stream.of(
                        TextReaders.all(),
                        WeightReaders.all(),
                        ProgramReaders.all(),
                        DataReaders.all(),
                        RunReaders.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Of these, and of those that are broken on purpose. */
    static FuzzedReader named(String name) {
        return Stream.concat(all().stream(), BrokenReaders.all().stream())
                .filter(reader -> reader.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no reader " + name));
    }
}
