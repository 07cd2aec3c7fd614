package io.github.deepkd;

/**
 * What the user gave cannot be used: a recipe, flag, file or tensor. The message is one clear sentence that names the
 * thing at fault and the mend; the command line prints it alone and exits with 2.
 */
public final class BadInput extends RuntimeException {

    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
