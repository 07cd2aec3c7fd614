package io.github.deepkd.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A reader of files that people hand over.
 *
 * @param words of the format, which mutations put in
 * @param seeds writes good files into an empty folder; each lies where the reader looks for it
 * @param given what is handed over so that a file is read: itself or a folder above; a refusal must name it
 * @param read reads what was given, down to the last value
 */
record FuzzedReader(String name, List<String> words, Seeds seeds, UnaryOperator<Path> given, Reading read) {

    interface Seeds {
        List<Seed> into(Path folder) throws IOException;
    }

    interface Reading {
        void of(Path given) throws IOException;
    }

    static FuzzedReader ofFile(String name, List<String> words, Seeds seeds, Reading read) {
        return new FuzzedReader(name, words, seeds, file -> file, read);
    }

    static FuzzedReader ofFolder(String name, List<String> words, Seeds seeds, Reading read) {
        return new FuzzedReader(name, words, seeds, Path::getParent, read);
    }

    @Override
    public String toString() {
        return name;
    }
}
