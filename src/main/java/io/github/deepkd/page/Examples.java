package io.github.deepkd.page;

import java.util.List;

/** Images of a run's test split. */
@FunctionalInterface
public interface Examples {

    /** Shows none. */
    Examples NONE = (run, places) -> List.of();

    /**
     * @param places in the test split
     * @return a {@code data:} address for each, PNG
     */
    List<String> of(RunHistory run, List<Integer> places);
}
