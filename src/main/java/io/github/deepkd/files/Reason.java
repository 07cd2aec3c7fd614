package io.github.deepkd.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be read or written, in words for the user. */
public final class Reason {

    private Reason() {}

    /** The reason alone: who asks names the file. */
    public static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
