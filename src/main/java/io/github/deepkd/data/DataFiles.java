package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What the readers of all kinds share: checks that a folder or file is there, and class names. */
public final class DataFiles {

    private static final long MOST_NAMES_BYTES = 1 << 20;

    private DataFiles() {}

    static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new BadInput(
                    (Files.exists(folder) ? folder + " is a file, not a folder" : "there is no folder " + folder)
                            + ": give the folder that holds the data set");
        }
    }

    static BadInput unreadable(Path file, IOException cause) {
        return new BadInput("cannot read " + file + ": " + cause, cause);
    }

    /** The lines of {@code file}, or the numbers from 0 where there is no such file. */
    static List<String> classNames(Path file, int classes) {
        if (!Files.exists(file)) {
            return numbered(classes);
        }
        List<String> names = lines(file);
        if (names.size() != classes) {
            throw new BadInput(file + " must name " + classes + " classes, one a line, but it names " + names.size());
        }
        return names;
    }

    static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** The lines of a file of names, UTF-8, without blank ones. */
    public static List<String> lines(Path file) {
        try {
            return lines(file, InputFile.bytes(file, MOST_NAMES_BYTES));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The lines of a file of names that are not blank. */
    static List<String> lines(Object file, byte[] content) {
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().codePoints().anyMatch(Character::isISOControl)) {
                throw new BadInput(file + ", line " + (i + 1) + ": a name of a class with control characters in it");
            }
        }
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    static void requireLabel(Object file, int image, int label, int classes) {
        if (label >= classes) {
            throw new BadInput(file + " gives image " + image + " the label " + label + ", but labels must be 0 to "
                    + (classes - 1) + " for " + classes + " classes");
        }
    }
}
