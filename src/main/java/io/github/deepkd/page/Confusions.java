package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.report.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a student differs from its teacher on the test images, after the newest epoch.
 *
 * @param pairs of classes, the most frequent first
 * @param classes those on which the student is furthest below its teacher
 */
record Confusions(String run, List<Pair> pairs, List<ByClass> classes) {

    private static final int MOST = 10;
    private static final int IMAGES = 6;

    /**
     * Images to which the two give different classes.
     *
     * @param images {@code data:} addresses
     */
    record Pair(String teacher, String student, int count, int teacherRight, int studentRight, List<String> images) {}

    /** Accuracies in percent. */
    record ByClass(String name, String teacher, String student, String difference) {}

    /** One for each run that told of it. */
    static List<Confusions> of(List<RunHistory> runs, Examples examples) {
        List<Confusions> confusions = new ArrayList<>();
        for (RunHistory run : runs) {
            List<Pair> pairs = pairs(run, examples);
            List<ByClass> classes = classes(run);
            if (!pairs.isEmpty() || !classes.isEmpty()) {
                confusions.add(new Confusions(run.name(), pairs, classes));
            }
        }
        return confusions;
    }

    boolean hasPairs() {
        return !pairs.isEmpty();
    }

    boolean hasClasses() {
        return !classes.isEmpty();
    }

    private static List<Pair> pairs(RunHistory run, Examples examples) {
        List<Pair> pairs = new ArrayList<>();
        for (JsonNode pair : run.newest("evaluation").path("differences")) {
            if (pairs.size() < MOST) {
                List<Integer> places = new ArrayList<>();
                pair.path("images").forEach(place -> places.add(place.asInt()));
                pairs.add(new Pair(
                        run.className(pair.path("teacher").asInt()),
                        run.className(pair.path("student").asInt()),
                        pair.path("count").asInt(),
                        pair.path("teacher_right").asInt(),
                        pair.path("student_right").asInt(),
                        examples.of(run, places.subList(0, Math.min(IMAGES, places.size())))));
            }
        }
        return pairs;
    }

    private static List<ByClass> classes(RunHistory run) {
        JsonNode teacher = run.newest("teacher-evaluation").path("class_top1");
        JsonNode student = run.newest("evaluation").path("class_top1");
        return IntStream.range(0, Math.min(teacher.size(), student.size()))
                .filter(label ->
                        teacher.get(label).isNumber() && student.get(label).isNumber())
                .boxed()
                .sorted(Comparator.comparingDouble(label -> difference(student, teacher, label)))
                .limit(MOST)
                .map(label -> new ByClass(
                        run.className(label),
                        Text.format("%.1f", teacher.get(label).asDouble()),
                        Text.format("%.1f", student.get(label).asDouble()),
                        Text.format("%+.1f", difference(student, teacher, label))))
                .toList();
    }

    private static double difference(JsonNode student, JsonNode teacher, int label) {
        return student.get(label).asDouble() - teacher.get(label).asDouble();
    }
}
