package io.github.deepkd.weights;

import io.github.deepkd.BadInput;
import io.github.deepkd.weights.TensorRef.StorageRef;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes tensors from a checkpoint's storages. Each storage is read once; tensors that lie contiguously in it share its
 * memory, the others become copies. Closing drops the storages' own handles, not the tensors.
 */
final class TensorBuilder implements AutoCloseable {

    private final StorageSource archive;
    private final Map<StorageRef, Tensor> storages = new HashMap<>();

    /**
     * Bytes that may still be asked for. Storages and copies of honest files take each at most the file's length;
     * strides of zero and zip entries that overlap could ask for any multiple of it.
     */
    private long budget;

    TensorBuilder(StorageSource archive) throws IOException {
        this.archive = archive;
        this.budget = 2 * Files.size(archive.file());
    }

    /** The tensor described, contiguous. */
    Tensor build(String name, TensorRef ref) throws IOException {
        if (!ref.isInBounds()) {
            throw Faults.damaged(
                    archive.file(),
                    "tensor %s with offset %d, shape %s and strides %s lies outside its storage of %d elements"
                            .formatted(
                                    Faults.quote(name),
                                    ref.offset(),
                                    ref.sizes(),
                                    ref.strides(),
                                    ref.storage().elements()));
        }
        Tensor view = Tensors.view(storage(ref.storage()), ref.offset(), ref.sizes(), ref.strides());
        if (view.is_contiguous()) {
            return view;
        }
        try (view) {
            spend(view.nbytes());
            return view.contiguous();
        }
    }

    @Override
    public void close() {
        storages.values().forEach(Tensor::close);
    }

    private Tensor storage(StorageRef ref) throws IOException {
        Tensor known = storages.get(ref);
        return known != null ? known : readStorage(ref);
    }

    private Tensor readStorage(StorageRef ref) throws IOException {
        long expected = ref.type().bytes(List.of(ref.elements())).orElse(-1);
        long found = archive.storageSize(ref.key());
        if (found != expected || found < 0) {
            throw Faults.damaged(
                    archive.file(),
                    "storage %s of %d elements %s has %d bytes"
                            .formatted(Faults.quote(ref.key()), ref.elements(), ref.type(), found));
        }
        spend(found);
        try (ReadableByteChannel bytes = Channels.newChannel(archive.storage(ref.key()))) {
            Tensor storage = Tensors.read(ref.type(), List.of(ref.elements()), bytes);
            storages.put(ref, storage);
            return storage;
        }
    }

    private void spend(long bytes) {
        budget -= bytes;
        if (budget < 0) {
            throw new BadInput("%s describes tensors of more than twice its own size; %s"
                    .formatted(archive.file(), Faults.RESAVE));
        }
    }
}
