package io.github.deepkd.answers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import io.github.deepkd.files.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was asked and of whom: {@code teach.json}.
 *
 * @param format {@link #FORMAT}
 * @param views N: epochs whose views were answered
 * @param viewsPerEpoch of each image: 1, or 2 for a weak and a strong one
 * @param images of the training split
 * @param top how many of the largest logits are kept beside the label's; 0 for all
 * @param batchSize images that were answered together
 * @param seed of the views
 * @param settings all else that the answers depend on, by the recipe's key where it has one
 */
public record Description(
        String format,
        int views,
        int viewsPerEpoch,
        int images,
        int classes,
        int top,
        int batchSize,
        long seed,
        SortedMap<String, String> settings) {

    public static final String FORMAT = "deepkd-answers-1";

    private static final int MOST_CLASSES = 1_000_000;
    private static final int MOST_BYTES = 1 << 20;
    private static final String FILE = "teach.json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    public Description {
        require(FORMAT.equals(format), "its format is " + format + ", where " + FORMAT + " is read");
        require(views >= 1, "views must be 1 or more, found " + views);
        require(viewsPerEpoch == 1 || viewsPerEpoch == 2, "views_per_epoch must be 1 or 2, found " + viewsPerEpoch);
        require(images >= 1 && batchSize >= 1 && batchSize <= images, "there are no such images");
        require(
                classes >= 2 && classes <= MOST_CLASSES,
                "classes must be from 2 to " + MOST_CLASSES + ", found " + classes);
        requireTop(classes, top);
        settings = new TreeMap<>(settings);
        requireSize(images, viewsPerEpoch, batchSize, views, Form.of(classes, top));
    }

    private static void requireTop(int classes, int top) {
        require(
                top == 0 || (top >= 1 && top <= classes - 2),
                "top must be from 1 to " + (classes - 2) + ", two less than there are classes, found " + top
                        + ": leave it out to keep all logits");
        require(
                top == 0 || classes <= LargestLogits.MOST_CLASSES,
                "top works with up to " + LargestLogits.MOST_CLASSES + " classes, found " + classes
                        + ": leave it out to keep all logits");
    }

    /** Chunks are counted, and a chunk's bytes are, in ints. */
    private static void requireSize(int images, int viewsPerEpoch, int batchSize, int views, Form form) {
        long perEpoch = (images + (long) batchSize - 1) / batchSize;
        double chunk = (double) batchSize * viewsPerEpoch * form.bytes();
        require(
                perEpoch * views < Integer.MAX_VALUE,
                "views " + views + " are more than can be counted: ask for fewer");
        require(chunk < Answers.MAPPING, "the answers to a batch of " + batchSize + " are too large: lower batch-size");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new BadInput(otherwise);
        }
    }

    /** Bytes of one answer. */
    public int bytesPerView() {
        return Form.of(classes, top).bytes();
    }

    /** Bytes of all answers, checksums included. */
    public long bytes() {
        return layout().fileBytes(views);
    }

    /** Batches in all. */
    public int chunks() {
        return views * layout().chunksPerEpoch();
    }

    /** Views of images in all. */
    public long imageViews() {
        return (long) views * viewsPerEpoch * images;
    }

    /**
     * What reading gives back of these answers: themselves where all logits are kept.
     *
     * @param labels [N]
     * @param logits [N, C]
     */
    public float[] kept(long[] labels, float[] logits) {
        Form form = Form.of(classes, top);
        ByteBuffer answer = ByteBuffer.allocate(form.bytes());
        float[] kept = new float[logits.length];
        for (int i = 0; i < labels.length; i++) {
            form.write(logits, i * classes, Math.toIntExact(labels[i]), answer.clear());
            form.read(answer.clear(), Math.toIntExact(labels[i]), kept, i * classes);
        }
        return kept;
    }

    Layout layout() {
        return new Layout(images, viewsPerEpoch, batchSize, Form.of(classes, top));
    }

    /** What tells this store's chunks from another's: all but the number of views, which may grow. */
    byte[] identity() {
        return json(withViews(1), JSON.writer()).getBytes(UTF_8);
    }

    Description withViews(int count) {
        return new Description(format, count, viewsPerEpoch, images, classes, top, batchSize, seed, settings);
    }

    /** The first setting in which the two differ, in the words of a message: {@code seed 1, not 2}; null where none does. */
    public @Nullable String difference(Description other) {
        return difference(all(), other.all());
    }

    /** The same of {@code wanted} settings only, which may be fewer. */
    public @Nullable String difference(SortedMap<String, String> wanted) {
        SortedMap<String, String> own = new TreeMap<>(all());
        own.keySet().removeIf(key -> !key.startsWith("data.") && !wanted.containsKey(key));
        return difference(own, wanted);
    }

    private static @Nullable String difference(SortedMap<String, String> own, SortedMap<String, String> other) {
        TreeSet<String> keys = new TreeSet<>(own.keySet());
        keys.addAll(other.keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(own.get(key), other.get(key)))
                .map(key -> key + " " + shown(own.get(key)) + ", not " + shown(other.get(key)))
                .findFirst()
                .orElse(null);
    }

    private static String shown(@Nullable String value) {
        return value == null ? "unset" : value;
    }

    private SortedMap<String, String> all() {
        SortedMap<String, String> all = new TreeMap<>(settings);
        all.put("seed", Long.toString(seed));
        all.put("top", top == 0 ? "all" : Integer.toString(top));
        all.put("batch-size", Integer.toString(batchSize));
        all.put("views of an image in an epoch", Integer.toString(viewsPerEpoch));
        all.put("images", Integer.toString(images));
        all.put("classes", Integer.toString(classes));
        return all;
    }

    public String toJson() {
        return json(this, JSON.writerWithDefaultPrettyPrinter());
    }

    private static String json(Description description, ObjectWriter writer) {
        try {
            return writer.writeValueAsString(description);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param source what messages call the text
     * @throws BadInput where it is none
     */
    public static Description parse(String source, String json) {
        try {
            @Nullable Description description = JSON.readValue(json, Description.class);
            if (description == null) {
                throw new BadInput(malformed(source, "it is null"));
            }
            return description;
        } catch (JsonProcessingException e) {
            String why = e.getCause() instanceof BadInput refused ? refused.getMessage() : e.getOriginalMessage();
            throw new BadInput(malformed(source, why), e);
        }
    }

    private static String malformed(String source, @Nullable String why) {
        return source + " does not describe stored answers (" + firstLine(why)
                + "): copy it again, or store the answers anew in another folder";
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    }

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    /** @throws BadInput where the folder holds no answers */
    public static Description read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return parse(file.toString(), new String(InputFile.bytes(file, MOST_BYTES), UTF_8));
        } catch (NoSuchFileException e) {
            throw new BadInput(
                    folder + " holds no stored answers: store them by deepkd teach RECIPE --views N --output " + folder,
                    e);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be read: " + e, e);
        }
    }

    void write(Path folder) throws IOException {
        WholeFile.write(folder.resolve(FILE), toJson());
    }
}
