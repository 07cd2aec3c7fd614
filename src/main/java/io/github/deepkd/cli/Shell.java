package io.github.deepkd.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Command lines that a person can copy into a shell. */
final class Shell {

    private static final Pattern PLAIN = Pattern.compile("[\\w.,:=/+-]+");

    private Shell() {}

    /** The arguments with blanks between them, quoted where a shell would read them otherwise. */
    static String line(List<String> arguments) {
        return arguments.stream()
                .map(argument ->
                        PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
