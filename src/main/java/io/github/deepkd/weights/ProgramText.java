package io.github.deepkd.weights;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the text of a TorchScript program before libtorch does, which follows what is nested by recursion and overflows
 * its stack where that goes deep. What PyTorch writes is flat, for it gives names to what gets long.
 */
final class ProgramText {

    /** Of operators, brackets and blocks. libtorch's stack of 1 MB overflows at 300 to 1000 of them. */
    private static final int DEEPEST = 200;

    /** A DenseNet of 100 layers has 42,000. */
    private static final int MOST_TOKENS = 500_000;

    /** As libtorch splits it, which reads types in comments; where it splits further, as in numbers, no depth is lost. */
    private static final Pattern TOKEN = Pattern.compile("""
            (?<comment> \\#(?!\\s*type:)[^\\n]*+ )
            | (?<text> ""\"(?:\\\\.|(?!""\").)*+""\" | '''(?:\\\\.|(?!''').)*+'''
                | "(?:\\\\.|[^"\\\\\\n])*+" | '(?:\\\\.|[^'\\\\\\n])*+' )
            | (?<line> \\n[\\ \\t]*+ )
            | (?<word> [\\p{L}\\d_]++ )
            | (?<other> \\S )
            """, Pattern.COMMENTS | Pattern.DOTALL);

    private static final Set<String> OPERATORS = Set.of("not", "and", "or", "if", "else", "in", "is", "lambda");

    private final Path file;
    private final String entry;
    private final Deque<Integer> outer = new ArrayDeque<>();
    /** Operators so far in the innermost brackets, since their last comma. */
    private int operators;
    /** The same of all brackets around, and those brackets. */
    private int around;

    private int branches;

    private ProgramText(Path file, String entry) {
        this.file = file;
        this.entry = entry;
    }

    /**
     * @param entry of the archive, for messages
     * @throws io.github.deepkd.BadInput if it nests deeper, or is longer, than any program PyTorch writes
     */
    static void require(Path file, String entry, CharSequence program) {
        new ProgramText(file, entry).look(TOKEN.matcher(program));
    }

    private void look(Matcher token) {
        for (int tokens = 1; token.find(); tokens++) {
            if (tokens > MOST_TOKENS) {
                throw refused("more than %d words and signs".formatted(MOST_TOKENS));
            }
            if (token.group("line") != null) {
                line(token.end() - token.start() - 1);
            } else if (token.group("word") != null) {
                word(token.group());
            } else if (token.group("other") != null) {
                sign(token.group().charAt(0));
            }
            if (around + operators > DEEPEST || branches > DEEPEST) {
                throw refused("operators or brackets in one another, more than %d deep".formatted(DEEPEST));
            }
        }
    }

    /** Within brackets, a new line means nothing. */
    private void line(int indentation) {
        if (outer.isEmpty()) {
            operators = 0;
            if (indentation > 2 * DEEPEST) {
                throw refused("blocks in one another, %d columns deep".formatted(indentation));
            }
        }
    }

    private void word(String word) {
        operators += OPERATORS.contains(word) ? 1 : 0;
        branches += word.equals("elif") ? 1 : 0; // each is read as lying in the one before
    }

    private void sign(char sign) {
        switch (sign) {
            case '(', '[', '{' -> {
                outer.push(operators);
                around += operators + 1;
                operators = 0;
            }
            case ')', ']', '}' -> {
                if (!outer.isEmpty()) {
                    operators = outer.pop();
                    around -= operators + 1;
                }
                operators++; // what is in brackets may be called, or be an index
            }
            case ',' -> operators = 0;
            default -> operators++;
        }
    }

    private RuntimeException refused(String what) {
        return Faults.damaged(file, "its %s has %s".formatted(Faults.quote(entry), what));
    }
}
