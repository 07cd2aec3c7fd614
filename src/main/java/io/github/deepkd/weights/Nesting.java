package io.github.deepkd.weights;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How deep containers lie in one another, found without recursion: whoever takes deep ones apart by it overflows a stack. */
final class Nesting {

    /** A module has some ten. */
    static final int DEEPEST = 200;

    private final Deque<Level> path = new ArrayDeque<>();
    private final IdentityHashMap<Object, Integer> heights = new IdentityHashMap<>();

    private Nesting() {}

    /** Whether no path through lists, arrays and maps is longer than {@link #DEEPEST}; one that leads back to itself is. */
    static boolean isShallow(Object root) {
        return new Nesting().follow(root);
    }

    private boolean follow(Object root) {
        path.push(new Level(root));
        while (!path.isEmpty() && path.size() + path.element().height <= DEEPEST) {
            Level level = path.element();
            if (level.held.hasNext()) {
                enter(level.held.next());
            } else {
                leave();
            }
        }
        return path.isEmpty();
    }

    /** What has been followed once is not followed again: containers that share others would double the work each time. */
    private void enter(Object object) {
        Integer known = heights.get(object);
        if (known != null) {
            path.element().atLeast(known + 1);
        } else if (object instanceof List || object instanceof Map || object instanceof Object[]) {
            path.push(new Level(object));
        }
    }

    private void leave() {
        Level done = path.pop();
        heights.put(done.container, done.height);
        if (!path.isEmpty()) {
            path.element().atLeast(done.height + 1);
        }
    }

    /** A container on the path, and how many levels are known to lie below it. */
    private static final class Level {
        private final Object container;
        private final Iterator<?> held;
        private int height;

        Level(Object container) {
            this.container = container;
            this.held = held(container);
        }

        private static Iterator<?> held(Object container) {
            if (container instanceof Map<?, ?> map) {
                return Stream.concat(map.keySet().stream(), map.values().stream())
                        .iterator();
            }
            return container instanceof Object[] array
                    ? Arrays.asList(array).iterator()
                    : container instanceof List<?> list ? list.iterator() : Collections.emptyIterator();
        }

        void atLeast(int levels) {
            height = Math.max(height, levels);
        }
    }
}
