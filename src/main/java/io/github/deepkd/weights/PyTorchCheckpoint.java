package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * State dictionaries that PyTorch wrote with {@code torch.save}, in its zip format (the standard since 1.6) or the
 * legacy one before it. Nothing in such a file is run: see {@link StateDictUnpickler}.
 */
public final class PyTorchCheckpoint {

    /** Where training programs put the weights beside epoch, optimizer and so on. */
    private static final List<String> NESTED_UNDER = List.of(
            "state_dict", "model", "net", "student", "model_state_dict", "model_state", "network", "weights", "params");

    /** How deep such dictionaries may lie in one another; a pickle can make one that holds itself. */
    private static final int DEEPEST = 3;

    /** What DataParallel and torch.compile put before every name. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

    private PyTorchCheckpoint() {}

    /**
     * Reads the state dictionary, in its order: the saved object itself, or what lies in it under {@code state_dict},
     * {@code model}, {@code net}, {@code student} and the like, or the only dictionary of tensors in it. Names lose
     * {@code module.} if all begin with it. Tensors that share memory in PyTorch may share it here.
     *
     * @throws BadInput if the file is damaged, in another format, or would need code of its own to be built
     */
    public static WeightFile read(Path file) {
        FileKind kind = FileKind.of(file);
        return switch (kind) {
            case PYTORCH, TORCHSCRIPT -> readZip(file);
            case PYTORCH_LEGACY -> readLegacy(file);
            default ->
                throw new BadInput("%s is no PyTorch checkpoint but in the format %s: read it as that"
                        .formatted(file, kind.about()));
        };
    }

    private static WeightFile readZip(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            TorchArchive archive = TorchArchive.open(file, zip);
            Object saved = StateDictUnpickler.load(file, new ByteArrayInputStream(archive.pickle()))
                    .object();
            return new WeightFile(file, tensors(archive, stateDict(file, saved)), Map.of());
        } catch (IOException | IllegalArgumentException e) {
            // The latter is ZipFile's answer to names and comments that are not UTF-8.
            throw Faults.damaged(file, "its zip is malformed (%s)".formatted(e.getMessage()));
        }
    }

    private static WeightFile readLegacy(Path file) {
        try {
            LegacyArchive archive = LegacyArchive.open(file);
            return new WeightFile(file, tensors(archive, stateDict(file, archive.saved())), Map.of());
        } catch (IOException e) {
            throw Faults.unreadable(file, e);
        }
    }

    private static Map<String, Tensor> tensors(StorageSource archive, Map<String, TensorRef> refs) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        int wrapping = wrapping(refs, 0);
        try (TensorBuilder builder = new TensorBuilder(archive)) {
            for (Map.Entry<String, TensorRef> named : refs.entrySet()) {
                String name = named.getKey();
                tensors.put(name.substring(wrapping), builder.build(name, named.getValue()));
            }
        }
        return tensors;
    }

    /** The length of all wrappers that every name begins with. */
    private static int wrapping(Map<String, TensorRef> refs, int from) {
        return WRAPPERS.stream()
                .filter(wrapper -> refs.keySet().stream().allMatch(name -> name.startsWith(wrapper, from)))
                .findFirst()
                .map(wrapper -> wrapping(refs, from + wrapper.length()))
                .orElse(from);
    }

    private static Map<String, TensorRef> stateDict(Path file, Object saved) {
        Map<?, ?> root = saved instanceof Map<?, ?> map ? map : Map.of();
        Map<?, ?> found = nested(root, DEEPEST);
        Map<?, ?> dict = found == null ? root : found;
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

    private static @Nullable Map<?, ?> nested(Map<?, ?> outer, int deepest) {
        for (String name : NESTED_UNDER) {
            if (deepest > 0 && outer.get(name) instanceof Map<?, ?> inner) {
                Map<?, ?> further = nested(inner, deepest - 1);
                Map<?, ?> found = further == null ? inner : further;
                if (found.values().stream().anyMatch(TensorRef.class::isInstance)) {
                    return found;
                }
            }
        }
        return outer.values().stream().anyMatch(TensorRef.class::isInstance) ? null : onlyOfTensors(outer);
    }

    /** Under whatever name: the one dictionary that holds tensors and nothing else. */
    private static @Nullable Map<?, ?> onlyOfTensors(Map<?, ?> outer) {
        List<? extends Map<?, ?>> candidates = outer.values().stream()
                .filter(value -> value instanceof Map<?, ?> map
                        && !map.isEmpty()
                        && map.values().stream().allMatch(TensorRef.class::isInstance))
                .map(value -> (Map<?, ?>) value)
                .toList();
        return candidates.size() == 1 ? candidates.get(0) : null;
    }

    private static BadInput noStateDict(Path file, String found) {
        return new BadInput(
                "%s holds no state dictionary: %s; expected tensors alone, or a dictionary of them under one of %s"
                        .formatted(file, found, NESTED_UNDER));
    }
}
