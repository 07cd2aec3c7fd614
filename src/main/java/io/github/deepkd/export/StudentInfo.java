package io.github.deepkd.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.data.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What whoever uses a student has to know beside its weights; files carry it as text by key.
 *
 * @param model the architecture's name
 * @param shape of one image
 * @param resize what an image's shorter side becomes before the middle, of that shape, is cut out
 * @param normalization that the student expects, of values in [0, 1]
 * @param normalizes whether the file has it inside and takes values in [0, 1] itself
 * @param classNames by label
 * @param origin where it came from, text by key: see {@link TrainedRun#origin}
 */
public record StudentInfo(
        String model,
        Shape shape,
        int resize,
        Normalization normalization,
        boolean normalizes,
        List<String> classNames,
        Map<String, String> origin) {

    private static final int LONGEST_SIDE = 2_048;

    private static final ObjectMapper JSON = new ObjectMapper();

    public StudentInfo {
        classNames = List.copyOf(classNames);
        normalization.check(shape);
    }

    StudentInfo normalizing(boolean inside) {
        return new StudentInfo(model, shape, resize, normalization, inside, classNames, origin);
    }

    /** What images are normalised with before the file's network gets them; that changes nothing where it does so itself. */
    Normalization outside() {
        int channels = shape.channels();
        return normalizes
                ? new Normalization(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0))
                : normalization;
    }

    /** Of the program that wrote the file. */
    String version() {
        return origin.getOrDefault("deepkd_version", "unknown");
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>(origin);
        map.put("model", model);
        map.put("channels", Integer.toString(shape.channels()));
        map.put("height", Integer.toString(shape.height()));
        map.put("width", Integer.toString(shape.width()));
        map.put("resize", Integer.toString(resize));
        map.put("mean", text(normalization.mean()));
        map.put("std", text(normalization.std()));
        map.put("normalizes", Boolean.toString(normalizes));
        map.put("class_names", json(classNames));
        return map;
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Whether a file's text has what {@link #of} needs. */
    static boolean isIn(Map<String, String> text) {
        return text.containsKey("class_names");
    }

    /**
     * @param source how messages call the file
     * @throws BadInput where something is missing or no number
     */
    static StudentInfo of(String source, Map<String, String> text) {
        if (!isIn(text)) {
            throw new BadInput(source + " does not say what its images and classes are: write it with deepkd export, or"
                    + " give the run's folder");
        }
        try {
            return new StudentInfo(
                    text.getOrDefault("model", "unknown"),
                    shape(text),
                    resize(text),
                    new Normalization(numbers(text, "mean"), numbers(text, "std")),
                    Boolean.parseBoolean(text.get("normalizes")),
                    names(source, text),
                    text);
        } catch (NumberFormatException | JsonProcessingException | BadInput e) {
            throw new BadInput(
                    source + " has metadata that make no sense (" + e.getMessage()
                            + "): write it again with deepkd export",
                    e);
        }
    }

    /** An image of which a batch fits into memory. */
    private static Shape shape(Map<String, String> text) {
        int channels = number(text, "channels");
        int height = number(text, "height");
        int width = number(text, "width");
        boolean sides = Math.min(height, width) >= 1 && Math.max(height, width) <= LONGEST_SIDE;
        if (!sides || (channels != 1 && channels != 3)) {
            throw new BadInput(
                    "images of %d x %d x %d (channels, height, width); there must be 1 or 3 channels and sides"
                                    .formatted(channels, height, width)
                            + " of 1 to " + LONGEST_SIDE);
        }
        return new Shape(channels, height, width);
    }

    /** As {@link ImageInput} needs it: no less than the square that is cut out of it. */
    private static int resize(Map<String, String> text) {
        int resize = number(text, "resize");
        int least = Math.min(number(text, "height"), number(text, "width"));
        if (resize < least || resize > 2 * LONGEST_SIDE) {
            throw new BadInput("images resized to " + resize + " before " + least + " are cut out");
        }
        return resize;
    }

    private static List<String> names(String source, Map<String, String> text) throws JsonProcessingException {
        @Nullable List<@Nullable String> names = JSON.readValue(text.get("class_names"), new TypeReference<>() {});
        if (names == null || names.isEmpty() || names.stream().anyMatch(Objects::isNull)) {
            throw new BadInput("no class_names, or not a name for each class");
        }
        List<String> all = names.stream().filter(Objects::nonNull).toList();
        requireNames(source, all);
        return all;
    }

    /** @throws BadInput where a name could steer the terminal that it is printed on */
    static void requireNames(String source, List<String> names) {
        names.stream()
                .filter(name -> name.codePoints().anyMatch(Character::isISOControl))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInput(source + " has the class name '" + name + "' with control characters in it");
                });
    }

    private static int number(Map<String, String> text, String key) {
        return Integer.parseInt(text.getOrDefault(key, "no " + key));
    }

    private static List<Double> numbers(Map<String, String> text, String key) {
        return Arrays.stream(text.getOrDefault(key, "no " + key).split(","))
                .map(Double::valueOf)
                .toList();
    }
}
