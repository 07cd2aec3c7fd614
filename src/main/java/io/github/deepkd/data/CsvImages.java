package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * PNG and JPEG files listed in a CSV file with the header {@code path,label} and, if need be, {@code split}: {@code train}
 * or {@code test}. Paths are relative to the CSV's folder. Labels are either all numbers, which are the classes from 0 on,
 * or names, which are the classes in alphabetical order. Where {@code NAME.classes.txt} lies beside {@code NAME.csv}, it
 * names the classes, one a line, in their order.
 *
 * <p>Without the column {@code split} it is an evaluation-only set: both splits are the same images.
 */
final class CsvImages {

    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .get();

    /** Twice as many as the largest ImageNet; without names, a slip in one label would make a network of so many outputs. */
    private static final int MOST_CLASSES = 50_000;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

    /** A line. */
    private record Row(long line, Path image, String label, String split) {}

    private final Path csv;
    private final List<Row> rows = new ArrayList<>();

    private CsvImages(Path csv) {
        this.csv = csv;
    }

    /**
     * @param fit as for {@link ImageFolder#open}
     * @throws BadInput where the file has no such columns, or a line of it cannot be used
     */
    static Dataset open(Path csv, Optional<Fit> fit) {
        CsvImages images = new CsvImages(csv);
        boolean splits = images.readRows();
        List<String> classes = images.classes();
        if (!splits) {
            ImageSet all = images.split("", classes, fit);
            return new Dataset(images.name(), all, all, classes);
        }
        return new Dataset(
                images.name(), images.split("train", classes, fit), images.split("test", classes, fit), classes);
    }

    private String name() {
        return String.valueOf(csv.getFileName()).replaceFirst("\\.csv$", "");
    }

    /** Returns whether there is a column of splits. */
    private boolean readRows() {
        if (!Files.isRegularFile(csv)) {
            throw new BadInput("there is no file " + csv + ": expected a CSV with the header path,label,split");
        }
        try (CSVParser parser =
                CSVParser.builder().setPath(csv).setFormat(FORMAT).get()) {
            List<String> header = parser.getHeaderNames();
            if (!header.contains("path") || !header.contains("label")) {
                throw new BadInput(
                        csv + " has the columns " + header + ": expected the header path,label or path,label,split");
            }
            parser.forEach(record -> rows.add(row(record, header.contains("split"))));
            if (rows.isEmpty()) {
                throw new BadInput(csv + " lists no images: expected a line with path and label for each");
            }
            return header.contains("split");
        } catch (CharacterCodingException e) {
            throw new BadInput(csv + " is not text in UTF-8: save it as such", e);
        } catch (IOException e) {
            throw DataFiles.unreadable(csv, e);
        } catch (IllegalArgumentException | UncheckedIOException e) { // how the parser answers a bad header or quote
            throw new BadInput(csv + " is no CSV that can be read (" + e.getMessage() + "): mend that line", e);
        }
    }

    private Row row(CSVRecord record, boolean splits) {
        if (!record.isConsistent()) {
            throw refused(record.getRecordNumber(), "has " + record.size() + " columns, the header has another number");
        }
        String split = splits ? record.get("split") : "";
        if (splits && !split.equals("train") && !split.equals("test")) {
            throw refused(record.getRecordNumber(), "has the split '" + split + "', expected train or test");
        }
        String label = record.get("label");
        if (label.isEmpty()) {
            throw refused(record.getRecordNumber(), "has no label");
        }
        return new Row(record.getRecordNumber(), image(record), label, split);
    }

    private Path image(CSVRecord record) {
        try {
            Path image = csv.toAbsolutePath().resolveSibling(record.get("path"));
            if (Files.isRegularFile(image)) {
                return image;
            }
        } catch (InvalidPathException e) {
            throw refused(record.getRecordNumber(), "has a path that cannot be one: " + e.getMessage());
        }
        throw refused(
                record.getRecordNumber(), "names " + record.get("path") + ", which is no file below the CSV's folder");
    }

    private BadInput refused(long line, String why) {
        return new BadInput(csv + ": image " + line + " " + why);
    }

    /** Numbers are classes as they are; other labels are classes in their order, or in that of the file of names. */
    private boolean isNumbered() {
        return rows.stream().allMatch(row -> NUMBER.matcher(row.label()).matches());
    }

    private List<String> classes() {
        Path file = csv.resolveSibling(name() + ".classes.txt");
        List<String> names = Files.exists(file) ? DataFiles.lines(file) : foundClasses();
        boolean numbered = isNumbered();
        rows.stream()
                .filter(row -> numbered ? Integer.parseInt(row.label()) >= names.size() : !names.contains(row.label()))
                .findFirst()
                .ifPresent(row -> {
                    throw refused(
                            row.line(),
                            "has the label '" + row.label() + "', which is none of the " + names.size() + " classes of "
                                    + file);
                });
        return names;
    }

    private List<String> foundClasses() {
        return isNumbered()
                ? DataFiles.numbered(
                        1 + rows.stream().mapToInt(this::requireClass).max().orElse(0))
                : List.copyOf(new TreeSet<>(rows.stream().map(Row::label).toList()));
    }

    private int requireClass(Row row) {
        int label = Integer.parseInt(row.label());
        if (label >= MOST_CLASSES) {
            throw refused(
                    row.line(),
                    "has the label " + label + ", and no set has more than " + MOST_CLASSES
                            + " classes: number them from 0 on, or give their names");
        }
        return label;
    }

    private ImageSet split(String split, List<String> classes, Optional<Fit> fit) {
        List<Row> chosen =
                rows.stream().filter(row -> row.split().equals(split)).toList();
        if (chosen.isEmpty()) {
            throw new BadInput(
                    csv + " lists no image of the split " + split + ": there must be images of train and of test");
        }
        boolean numbered = isNumbered();
        List<Integer> labels = chosen.stream()
                .map(row -> numbered ? Integer.parseInt(row.label()) : classes.indexOf(row.label()))
                .toList();
        Path folder = Objects.requireNonNull(csv.toAbsolutePath().getParent());
        return ImageFolder.split(folder, chosen.stream().map(Row::image).toList(), labels, fit);
    }
}
