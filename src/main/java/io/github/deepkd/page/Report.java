package io.github.deepkd.page;

import java.util.List;

/** What a report's template shows. */
record Report(
        String title,
        boolean live,
        Answer answer,
        List<Status> states,
        List<Charts.Section> sections,
        List<Component> components,
        List<Confusions> confusions,
        List<String> runs,
        List<Settings.Row> settings,
        List<Reproduction> reproductions) {

    record Status(String run, String text) {}

    static Report of(List<RunHistory> runs, boolean live, Examples examples) {
        List<String> names = runs.stream().map(RunHistory::name).toList();
        return new Report(
                title(names),
                live,
                Answer.of(runs),
                runs.stream()
                        .map(run -> new Status(run.name(), Progress.of(run).text()))
                        .toList(),
                Charts.of(runs),
                Component.of(runs),
                Confusions.of(runs, examples),
                names,
                Settings.differing(runs),
                runs.stream().map(Reproduction::of).toList());
    }

    private static String title(List<String> names) {
        return names.size() <= 3 ? String.join(", ", names) : names.get(0) + " and " + (names.size() - 1) + " more";
    }

    boolean several() {
        return runs.size() > 1;
    }

    boolean hasConfusions() {
        return !confusions.isEmpty();
    }

    boolean hasDifferingSettings() {
        return !settings.isEmpty();
    }
}
