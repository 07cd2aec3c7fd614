/** The command line. In: arguments. Out: a run folder, a line of JSON, a table; exit code 0, 1 or 2. */
@NullMarked
package io.github.deepkd.cli;

import org.jspecify.annotations.NullMarked;
