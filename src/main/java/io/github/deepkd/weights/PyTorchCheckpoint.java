package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.bytedeco.pytorch.Tensor;

/**
 * State dictionaries that PyTorch wrote with {@code torch.save}, in its zip format (the standard since 1.6). Nothing in
 * such a file is run: see {@link StateDictUnpickler}.
 */
public final class PyTorchCheckpoint {

    /** Where training programs put the weights beside epoch, optimizer and so on. */
    private static final List<String> NESTED_UNDER = List.of("state_dict", "model", "net", "student");

    /** What DataParallel puts before every name. */
    private static final String WRAPPER = "module.";

    private PyTorchCheckpoint() {}

    /**
     * Reads the state dictionary, in its order: the saved object itself, or what lies in it under {@code state_dict},
     * {@code model}, {@code net} or {@code student}. Names lose {@code module.} if all begin with it. Tensors that share
     * memory in PyTorch may share it here.
     *
     * @throws BadInput if the file is damaged, in another format, or would need code of its own to be built
     */
    public static WeightFile read(Path file) {
        if (FileKind.of(file) != FileKind.ZIP) {
            throw new BadInput("%s is no PyTorch checkpoint but a safetensors file: read it as one".formatted(file));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            TorchArchive archive = TorchArchive.open(file, zip);
            Object saved = StateDictUnpickler.load(file, archive.pickle());
            return new WeightFile(file, tensors(archive, stateDict(file, saved)), Map.of());
        } catch (IOException | IllegalArgumentException e) {
            // The latter is ZipFile's answer to names and comments that are not UTF-8.
            throw Faults.damaged(file, "its zip is malformed (%s)".formatted(e.getMessage()));
        }
    }

    private static Map<String, Tensor> tensors(TorchArchive archive, Map<String, TensorRef> refs) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        boolean wrapped = refs.keySet().stream().allMatch(name -> name.startsWith(WRAPPER));
        try (TensorBuilder builder = new TensorBuilder(archive)) {
            for (Map.Entry<String, TensorRef> named : refs.entrySet()) {
                String name = named.getKey();
                tensors.put(wrapped ? name.substring(WRAPPER.length()) : name, builder.build(name, named.getValue()));
            }
        }
        return tensors;
    }

    private static Map<String, TensorRef> stateDict(Path file, Object saved) {
        Map<?, ?> root = saved instanceof Map<?, ?> map ? map : Map.of();
        Map<?, ?> dict = nested(root).orElse(root);
        Map<String, TensorRef> refs = new LinkedHashMap<>();
        dict.forEach((key, value) -> {
            if (!(key instanceof String name && value instanceof TensorRef ref)) {
                throw noStateDict(file, "its entry %s is no tensor".formatted(Faults.quote(String.valueOf(key))));
            }
            refs.put(name, ref);
        });
        if (refs.isEmpty()) {
            throw noStateDict(file, "it has no tensors");
        }
        return refs;
    }

    private static Optional<Map<?, ?>> nested(Map<?, ?> root) {
        return NESTED_UNDER.stream()
                .map(root::get)
                .filter(value ->
                        value instanceof Map<?, ?> map && map.values().stream().anyMatch(TensorRef.class::isInstance))
                .findFirst()
                .map(value -> (Map<?, ?>) value);
    }

    private static BadInput noStateDict(Path file, String found) {
        return new BadInput(
                "%s holds no state dictionary: %s; expected tensors alone, or a dictionary of them under one of %s"
                        .formatted(file, found, NESTED_UNDER));
    }
}
