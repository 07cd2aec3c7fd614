/**
 * Runs as a live page on this machine. In: a folder of runs, of which only the events are read. Out: pages and a stream
 * that tells of changes, over HTTP, to whom may ask: loopback by default, GET alone, and only under this machine's own
 * name. No path of a request is ever a path of a file.
 */
@NullMarked
package io.github.deepkd.serve;

import org.jspecify.annotations.NullMarked;
