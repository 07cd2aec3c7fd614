package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.Reason;
import java.io.IOException;
import java.nio.file.Path;

/** How this room words what is wrong with a file. */
final class Faults {

    /** What to do about a checkpoint that cannot be read. */
    static final String RESAVE =
            "save only its weights again, in Python, with torch.save(model.state_dict(), \"weights.pt\")"
                    + " or as safetensors";

    private static final int LONGEST_QUOTE = 80;

    private Faults() {}

    static BadInput damaged(Path file, String how) {
        return new BadInput("%s is damaged or cut short: %s; copy or download it again".formatted(file, how));
    }

    static BadInput unreadable(Path file, IOException e) {
        return new BadInput("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }

    static BadInput unwritable(Path file, IOException e) {
        return new BadInput("%s cannot be written: %s".formatted(file, Reason.of(e)), e);
    }

    /** Text from a file, safe to print: one line, of bounded length. */
    static String quote(String text) {
        return "'" + plain(text, LONGEST_QUOTE) + "'";
    }

    static String plain(String text, int longest) {
        String cut = text.length() > longest ? text.substring(0, longest) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
