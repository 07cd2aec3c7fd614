package io.github.deepkd.models;

import io.github.deepkd.nn.StateDict;

/**
 * What every network is built into.
 *
 * @param state takes the network's tensors
 * @param channels of the images
 * @param classes the number of logits
 */
public record Frame(StateDict state, int channels, int classes) {

    /** The state of a sub-module, whose tensors' names begin with the module's and a dot. */
    public StateDict at(String module) {
        return state.at(module);
    }
}
