/**
 * Recipe files of other repositories: mdistiller's and those of DeepKD's authors, a fork of it. In comes a yacs YAML file;
 * out come the deepkd recipe it amounts to, what had to be mended for it to run, and an explanation. TOG, TCG and NCG
 * are the task's, the target's and the non-target's gradient.
 */
@NullMarked
package io.github.deepkd.mdistiller;

import org.jspecify.annotations.NullMarked;
