/**
 * What a run tells while it goes on, and what several come to. In come events; out come {@code events.jsonl}, the
 * terminal's lines, {@code curves.png} and the tables and pictures of a {@link io.github.deepkd.report.Comparison}.
 * Reporting never changes a run.
 */
@NullMarked
package io.github.deepkd.report;

import org.jspecify.annotations.NullMarked;
