package io.github.deepkd.export;

/** The formats that a student is written in. */
public enum Format {
    SAFETENSORS(
            "student.safetensors", "weights under PyTorch's names, read by deepkd and by the safetensors libraries"),
    PYTORCH("student.pt", "a state dictionary for torch.load(..., weights_only=True) and load_state_dict"),
    ONNX("student.onnx", "the network with its weights, for ONNX Runtime; no libtorch needed"),
    TORCHSCRIPT("student.torchscript.pt", "the network with its weights, for torch.jit.load and libtorch");

    private final String file;
    private final String about;

    Format(String file, String about) {
        this.file = file;
        this.about = about;
    }

    String file() {
        return file;
    }

    String about() {
        return about;
    }

    /** Whether the file holds the network too, and so may normalise. */
    public boolean isProgram() {
        return this == ONNX || this == TORCHSCRIPT;
    }
}
