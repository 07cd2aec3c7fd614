package io.github.deepkd.report;

/** How the steps of an epoch are shown while it runs. */
interface StepDisplay {

    /** An epoch of so many steps begins; ends one that still runs. */
    void beginEpoch(String name, int steps);

    /** So many steps of the epoch are done. */
    void step(int step, String message);

    /** Takes away what only an epoch that still runs needs. */
    void endEpoch();
}
