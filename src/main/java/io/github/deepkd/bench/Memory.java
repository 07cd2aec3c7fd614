package io.github.deepkd.bench;

import io.github.deepkd.tensor.NativeMemory;

/**
 * What this process holds.
 *
 * @param residentBytes resident memory, Java's heap included
 * @param objects native objects that Java owns: every tensor is one
 */
record Memory(long residentBytes, long objects) {

    static Memory now() {
        return new Memory(NativeMemory.residentBytes(), NativeMemory.objects());
    }
}
