/**
 * What leaves: a student's {@link io.github.deepkd.export.Graph}, written as ONNX or TorchScript and held against the student
 * that it was made from, and what a program that serves it has to know ({@link io.github.deepkd.export.StudentInfo}).
 * In: a run's folder. Out: files, and predictions from them.
 */
@NullMarked
package io.github.deepkd.export;

import org.jspecify.annotations.NullMarked;
