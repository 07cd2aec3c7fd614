package io.github.deepkd.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The storages of a checkpoint: runs of bytes under keys, into which its tensors look. */
interface StorageSource {

    Path file();

    /** Bytes. */
    long storageSize(String key) throws IOException;

    /** So many bytes as {@link #storageSize} says. */
    InputStream storage(String key) throws IOException;
}
