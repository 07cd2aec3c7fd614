/**
 * What a run tells while it goes on. In come events; out come {@code events.jsonl}, the terminal's lines and
 * {@code curves.png}. Reporting never changes a run.
 */
@NullMarked
package io.github.deepkd.report;

import org.jspecify.annotations.NullMarked;
