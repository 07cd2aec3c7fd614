package io.github.deepkd.train;

import java.util.concurrent.atomic.AtomicInteger;

/** Goes up at the n-th look. */
record StopAtCheck(int last, AtomicInteger checks) implements StopSign {

    StopAtCheck(int last) {
        this(last, new AtomicInteger());
    }

    @Override
    public boolean isUp() {
        return checks.incrementAndGet() >= last;
    }
}
