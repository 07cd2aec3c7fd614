package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.mdistiller.Mend.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder of yacs files, counted by what becomes of them.
 *
 * @param sound files that start in their own code and here
 * @param mended files that do not start in their own code and do here, by what stops them there first
 * @param refused files that deepkd cannot follow, by the reason
 */
public record Survey(Path folder, int sound, Map<Cause, Integer> mended, Map<String, Integer> refused) {

    /** @throws BadInput when there are none */
    public static Survey of(Path folder, Semantics semantics) {
        List<Path> files = files(folder);
        if (files.isEmpty()) {
            throw new BadInput("there is no file that ends in .yaml in " + folder);
        }
        int sound = 0;
        Map<Cause, Integer> mended = new EnumMap<>(Cause.class);
        Map<String, Integer> refused = new LinkedHashMap<>();
        for (Path file : files) {
            try {
                List<Mend> mends =
                        ImportedFile.read(file, semantics).translation().mends();
                sound += mends.isEmpty() ? 1 : 0;
                mends.stream()
                        .map(Mend::cause)
                        .sorted()
                        .findFirst()
                        .ifPresent(cause -> mended.merge(cause, 1, Integer::sum));
            } catch (BadInput e) {
                refused.merge(reason(file, e), 1, Integer::sum);
            }
        }
        return new Survey(folder, sound, mended, refused);
    }

    private static String reason(Path file, BadInput refusal) {
        return String.valueOf(refusal.getMessage()).replace(file + ": ", "");
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BadInput("folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** How many files end so: sound, mended and refused together are all. */
    private static int sum(Map<?, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        int all = sound + sum(mended) + sum(refused);
        StringBuilder table = new StringBuilder(row(0, all, "files in " + folder));
        table.append(row(0, sound, "start in their own code and here"));
        table.append(row(0, sum(mended), "do not start in their own code and do here, mended"));
        mended.forEach((cause, count) -> table.append(row(1, count, "stopped there by " + cause.about())));
        table.append(row(0, sum(refused), "are refused"));
        refused.forEach((reason, count) -> table.append(row(1, count, reason)));
        return table.toString();
    }

    private static String row(int depth, int count, String what) {
        return "    ".repeat(depth) + String.format(Locale.ROOT, "%5d  %s%n", count, what);
    }
}
