package io.github.deepkd.fuzz;

import io.github.deepkd.BadInput;
import io.github.deepkd.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What became of one file. */
record Verdict(Kind kind, String text) {

    enum Kind {
        READ,
        REFUSED,
        FINDING
    }

    private static final int LONGEST_SENTENCE = 2_000;
    private static final int FRAMES = 6;

    /** Only two ends are good: the file is read, or refused in a sentence that names it. */
    static Verdict of(FuzzedReader reader, Path file) {
        Path given = reader.given().apply(file);
        try (TensorScope scope = TensorScope.open()) {
            reader.read().of(given);
            return new Verdict(Kind.READ, "");
        } catch (BadInput e) {
            return refused(String.valueOf(e.getMessage()), given);
        } catch (IOException | RuntimeException | Error e) {
            return new Verdict(Kind.FINDING, e + " " + frames(e));
        }
    }

    private static Verdict refused(String sentence, Path given) {
        String flaw = flaw(sentence, given);
        return flaw.isEmpty() ? new Verdict(Kind.REFUSED, sentence) : new Verdict(Kind.FINDING, flaw + sentence);
    }

    private static String flaw(String sentence, Path given) {
        if (!sentence.contains(given.toString())) {
            return "a sentence without the file: ";
        }
        if (sentence.codePoints().anyMatch(Character::isISOControl)) {
            return "a sentence with control characters: ";
        }
        return sentence.length() > LONGEST_SENTENCE ? "a sentence of " + sentence.length() + " characters: " : "";
    }

    private static String frames(Throwable e) {
        return Arrays.stream(e.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    /** On one line, short enough for a pipe. */
    @Override
    public String toString() {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return kind + " " + (line.length() > LONGEST_SENTENCE ? line.substring(0, LONGEST_SENTENCE) : line);
    }
}
