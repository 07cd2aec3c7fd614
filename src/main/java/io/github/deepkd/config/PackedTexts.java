package io.github.deepkd.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads a folder of text resources, whether the class path has it as a directory or within a jar. */
final class PackedTexts {

    private PackedTexts() {}

    /**
     * All files below the folder whose names end so: path within the folder, with slashes and without the ending, to
     * content.
     */
    static SortedMap<String, String> read(URL folder, String ending) {
        try {
            if (folder.openConnection() instanceof JarURLConnection jar) {
                // A file system of our own: the shared one of a jar: URI can be opened only once.
                try (FileSystem files =
                        FileSystems.newFileSystem(Path.of(jar.getJarFileURL().toURI()))) {
                    return read(files.getPath(jar.getEntryName()), ending);
                }
            }
            return read(Path.of(folder.toURI()), ending);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static SortedMap<String, String> read(Path folder, String ending) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(ending)).toList()) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                texts.put(path.substring(0, path.length() - ending.length()), Files.readString(file));
            }
        }
        return texts;
    }
}
