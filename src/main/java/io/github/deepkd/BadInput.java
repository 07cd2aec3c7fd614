package io.github.deepkd;

import java.util.regex.Pattern;

/**
 * What the user gave cannot be used: a recipe, flag, file or tensor. The message is one clear sentence that names the
 * thing at fault and the mend; the command line prints it alone and exits with 2.
 *
 * <p>Messages quote what files hold, so they are made safe to print: one line, without characters that steer a terminal
 * or turn the direction of writing, and of bounded length.
 */
public final class BadInput extends RuntimeException {

    /** Characters kept of the beginning, which names the thing, and of the end, which has the mend. */
    private static final int HEAD = 1_200;

    private static final int TAIL = 400;

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069]");

    public BadInput(String message) {
        super(printable(message));
    }

    public BadInput(String message, Throwable cause) {
        super(printable(message), cause);
    }

    private static String printable(String message) {
        String oneLine = LINE_BREAK.matcher(shortened(message)).replaceAll(" ");
        return UNPRINTABLE.matcher(oneLine).replaceAll("?");
    }

    private static String shortened(String message) {
        return message.length() <= HEAD + TAIL
                ? message
                : message.substring(0, HEAD) + " … " + message.substring(message.length() - TAIL);
    }
}
