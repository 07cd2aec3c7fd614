package io.github.deepkd.interop;

import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.ScriptModule;
import io.github.deepkd.tensor.Torch;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;

/** A TorchScript module as a layer: images [N, C, H, W] in, logits [N, classes] out. */
record ScriptNetwork(Path file, ScriptModule module, int classes) implements Layer {

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        module.train(mode.training());
        // Programs that flatten by view() need the plain layout.
        Tensor answer = module.forward(Torch.contiguous(images));
        return Logits.require(file.toString(), answer, images.size(0), classes);
    }
}
