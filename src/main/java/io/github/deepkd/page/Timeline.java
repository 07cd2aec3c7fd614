package io.github.deepkd.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Numbers told of over a run; where there are very many, every second one is let go. */
final class Timeline {

    private static final int MOST = 800;

    /**
     * @param epoch how many were done by then; a fraction within one
     * @param values by name
     */
    record Point(double epoch, Map<String, Double> values) {}

    private List<Point> points = new ArrayList<>();

    /** Adds the newest; what was told of this time or later, before the run was resumed, is void. */
    void add(double epoch, Map<String, Double> values) {
        points.removeIf(point -> point.epoch >= epoch);
        if (points.size() >= MOST) {
            thin();
        }
        points.add(new Point(epoch, values));
    }

    /** Keeps the odd ones, the first among them. */
    private void thin() {
        List<Point> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i += 2) {
            kept.add(points.get(i));
        }
        points = kept;
    }

    void voidAfter(double epoch) {
        points.removeIf(point -> point.epoch > epoch);
    }

    List<Point> points() {
        return points;
    }

    /** Every name that has a value at some time. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        points.forEach(point -> names.addAll(point.values.keySet()));
        return names;
    }
}
