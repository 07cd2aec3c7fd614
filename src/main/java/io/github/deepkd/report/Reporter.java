package io.github.deepkd.report;

/** Hears what happens in a run. Called by one thread, in order. */
public interface Reporter extends AutoCloseable {

    void on(RunEvent event);

    /** Ends what is still shown or open. Closing again does no harm. */
    @Override
    default void close() {}
}
