package io.github.deepkd.loss;

/** The parts of the student's gradient that DeepKD tells apart (section 3.2), each with a momentum of its own. */
public enum Component {
    /** TOG, the task-oriented gradient: from the labels. */
    TASK("task"),
    /** TCG, the target-class gradient: from TCKD. */
    TARGET("target"),
    /** NCG, the non-target-class gradient: from NCKD. */
    NON_TARGET("non-target");

    private final String label;

    Component(String label) {
        this.label = label;
    }

    /** As configuration and events spell it. */
    public String label() {
        return label;
    }
}
