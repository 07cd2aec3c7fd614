package io.github.deepkd.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.deepkd.page.Chart.Line;
import io.github.deepkd.report.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Which charts a report has, and what is said about them. */
final class Charts {

    private static final String TOP1 = "Top-1 on the test images";

    /** What a reader has to know comes before the charts. */
    private static final List<Group> GROUPS = List.of(
            new Group(
                    "accuracy",
                    "Accuracy",
                    "Measured on all test images after each epoch.",
                    List.of(Topic.of(TOP1, "%", "epoch", "test_top1"))),
            new Group(
                    "losses",
                    "Losses",
                    "Means per training sample over each epoch. Task: cross-entropy with the labels. Target and"
                            + " non-target: the parts of the divergence from the teacher on the label's class and on"
                            + " all others.",
                    List.of(
                            Topic.of("Training loss", "nats", "epoch", "losses\\.(.+)_loss"),
                            Topic.of("Sum of the training losses", "nats", "epoch", "train_loss"))),
            new Group(
                    "schedule",
                    "Learning rate and mask",
                    "K is how many non-target classes the student learns from the teacher; 0 without a teacher.",
                    List.of(
                            Topic.of("Learning rate", "", "step", "learning_rate"),
                            Topic.of("K", "classes", "step", "k"))),
            new Group(
                    "gradients",
                    "Gradients",
                    "GSNR is the squared mean over the variance of the mini-batch gradients, parameter by parameter,"
                            + " averaged: the higher, the more the batches agree. A negative cosine between two"
                            + " components means that they pull against each other.",
                    List.of(
                            Topic.of("GSNR", "", "gradients", "components\\.(.+)\\.gsnr"),
                            Topic.of("Cosine between components", "", "gradients", "cosines\\.(.+)"),
                            Topic.of(
                                    "Cosine between gradient and update",
                                    "",
                                    "gradients",
                                    "components\\.(.+)\\.update_cosine"),
                            Topic.of("Norm of the gradient", "", "gradients", "components\\.(.+)\\.norm"),
                            Topic.of(
                                    "Step: learning rate times norm of the velocity",
                                    "",
                                    "gradients",
                                    "velocities\\.(.+)\\.step"),
                            Topic.of("Momentum", "", "momenta", "momenta\\.(.+)"))),
            new Group(
                    "teacher",
                    "Student and teacher",
                    "On the test images after each epoch; what is said of the mask is on training batches.",
                    List.of(
                            Topic.of("Agreement with the teacher", "%", "evaluation", "agreement"),
                            Topic.of("Calibration error", "%", "evaluation", "calibration_error"),
                            Topic.of("Mean confidence", "%", "evaluation", "certainty\\.confidence"),
                            Topic.of("Mean entropy", "nats", "evaluation", "certainty\\.entropy"),
                            Topic.of("Teacher's mass inside the mask", "%", "predictions", "mask\\.kept_mass"),
                            Topic.of("Agreement inside the mask", "%", "predictions", "mask\\.agreement"))));

    private Charts() {}

    private record Group(String id, String title, String about, List<Topic> topics) {}

    /** Charts under a heading. */
    record Section(String id, String title, String about, List<Chart> charts) {}

    /** Those of which something was told. */
    static List<Section> of(List<RunHistory> runs) {
        List<Section> sections = new ArrayList<>();
        for (Group group : GROUPS) {
            List<Chart> charts = new ArrayList<>();
            group.topics().forEach(topic -> charts.addAll(topic.charts(runs)));
            if (group.id().equals("gradients")) {
                charts.addAll(layers(runs));
            }
            charts.replaceAll(chart -> chart.title().equals(TOP1) ? chart.with(teachers(runs)) : chart);
            if (!charts.isEmpty()) {
                sections.add(new Section(group.id(), group.title(), group.about(), charts));
            }
        }
        return sections;
    }

    /** A level line for each accuracy that a teacher has. */
    private static Map<String, String> teachers(List<RunHistory> runs) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (RunHistory run : runs) {
            JsonNode top1 = run.started().path("teacher_top1");
            if (top1.isNumber() && !lines.containsValue(Text.format("%.2f", top1.asDouble()))) {
                lines.put(
                        lines.isEmpty() ? "teacher" : "teacher of " + run.name(), Text.format("%.2f", top1.asDouble()));
            }
        }
        return lines;
    }

    /** GSNR by layer as of the newest measurement. */
    private static List<Chart> layers(List<RunHistory> runs) {
        Set<String> names = new LinkedHashSet<>();
        runs.forEach(run -> run.newest("gradients").path("layers").fieldNames().forEachRemaining(names::add));
        List<String> layers = List.copyOf(names);
        Map<String, List<Line>> byComponent = new LinkedHashMap<>();
        for (RunHistory run : runs) {
            JsonNode newest = run.newest("gradients");
            for (String component : components(newest)) {
                TreeMap<Double, Double> points = new TreeMap<>();
                for (int i = 0; i < layers.size(); i++) {
                    JsonNode gsnr = newest.path("layers").path(layers.get(i)).path(component);
                    if (gsnr.isNumber()) {
                        points.put(i + 1.0, gsnr.asDouble());
                    }
                }
                if (!points.isEmpty()) {
                    byComponent
                            .computeIfAbsent(component, c -> new ArrayList<>())
                            .add(new Line(runs.size() == 1 ? component : run.name(), points));
                }
            }
        }
        String title = "GSNR by layer, newest measurement";
        if (runs.size() == 1 && !byComponent.isEmpty()) {
            List<Line> all = byComponent.values().stream().flatMap(List::stream).toList();
            return List.of(Chart.of(title, "layer", "", all).named(layers));
        }
        List<Chart> charts = new ArrayList<>();
        byComponent.forEach((component, lines) -> charts.add(
                Chart.of(title + ": " + component, "layer", "", lines).named(layers)));
        return charts;
    }

    private static List<String> components(JsonNode gradients) {
        List<String> components = new ArrayList<>();
        gradients
                .path("components")
                .fieldNames()
                .forEachRemaining(name -> components.add(Objects.requireNonNull(name)));
        return components;
    }
}
