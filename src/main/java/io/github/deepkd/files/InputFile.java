package io.github.deepkd.files;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the user names as a file, looked at before it is opened. */
public final class InputFile {

    private InputFile() {}

    /**
     * Refuses what is there and is no file: opening a pipe would wait for ever, and a device may have no end. Where there
     * is nothing at all, opening it tells.
     *
     * @throws BadInput naming the path
     */
    public static void require(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadInput(file + " is a folder: expected a file");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BadInput(file + " is a pipe, a socket or a device: save what it gives as a file and name that");
        }
    }

    /**
     * The whole content.
     *
     * @param most bytes that a file of this kind can have
     * @throws BadInput where it is no file, or larger
     * @throws IOException where it cannot be read, {@link java.nio.file.NoSuchFileException} where it is not there
     */
    public static byte[] bytes(Path file, long most) throws IOException {
        require(file);
        long size = Files.size(file);
        if (size > most) {
            throw new BadInput(file + " has " + size + " bytes, and no file of its kind has more than " + most
                    + ": is it the right one?");
        }
        return Files.readAllBytes(file);
    }
}
