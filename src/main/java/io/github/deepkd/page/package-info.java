/**
 * Runs as a web page. In: the events of runs, nothing else. Out: HTML that holds all it needs, styles, scripts and
 * images, and that its own security policy keeps from the network. Tables hold every number; the script draws charts
 * from the tables, so that the page says the same without it.
 */
@NullMarked
package io.github.deepkd.page;

import org.jspecify.annotations.NullMarked;
