package io.github.deepkd.models;

import io.github.deepkd.nn.StateDict;

/**
 * What every network is built into.
 *
 * @param state takes the network's tensors
 * @param channels of the images
 * @param classes the number of logits
 */
record Frame(StateDict state, int channels, int classes) {

    StateDict at(String module) {
        return state.at(module);
    }
}
