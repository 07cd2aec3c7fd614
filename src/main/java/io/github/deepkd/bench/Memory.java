package io.github.deepkd.bench;

import io.github.deepkd.tensor.NativeMemory;

/**
 * What this process holds, or how that grows.
 *
 * @param residentBytes resident memory, Java's heap included
 * @param objects native objects that Java owns: every tensor is one, so what a step forgets to free shows here
 */
public record Memory(double residentBytes, double objects) {

    static Memory now() {
        return new Memory(NativeMemory.residentBytes(), NativeMemory.objects());
    }

    /** How much more this is than {@code before}, times {@code factor}. */
    Memory since(Memory before, double factor) {
        return new Memory(factor * (residentBytes - before.residentBytes), factor * (objects - before.objects));
    }
}
