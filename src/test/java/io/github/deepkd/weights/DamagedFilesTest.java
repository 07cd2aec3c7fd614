package io.github.deepkd.weights;

import static io.github.deepkd.weights.WeightFixtures.bytes;
import static io.github.deepkd.weights.WeightFixtures.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.razorvine.pickle.Opcodes;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever befalls a good file, it is read or refused in a sentence: nothing else is thrown. */
@NullUnmarked
class DamagedFilesTest {

    private static final int TRIALS = Integer.getInteger("test.trials", 1000);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "types.safetensors",
                "tiny.safetensors",
                "types.pt",
                "training.pt",
                "training-protocol4.pt",
                "legacy.pt"
            })
    void mutatedFilesAreReadOrRefused(String name) throws IOException {
        byte[] good = bytes(name);
        Path file = folder.resolve(name);

        int refused = tryMutations(good, bad -> Files.write(file, bad));

        assertThat(refused).isBetween(TRIALS / 20, TRIALS);
    }

    @Test
    void mutatedPicklesAreReadOrRefused() throws IOException {
        byte[] good = new PickleAssembler()
                .global("collections", "OrderedDict")
                .op(Opcodes.EMPTY_TUPLE, Opcodes.REDUCE, Opcodes.MARK)
                .text("a")
                .tensor(4, 0, new long[] {2, 2}, new long[] {2, 1})
                .text("b")
                .tensor(4, 1, new long[] {3}, new long[] {1})
                .op(Opcodes.SETITEMS)
                .stop();

        int refused = tryMutations(good, bad -> checkpoint(folder.resolve("a.pt"), bad));

        assertThat(refused).isBetween(TRIALS / 2, TRIALS);
    }

    @SuppressWarnings("try") // The scope frees what is read.
    private int tryMutations(byte[] good, Save save) throws IOException {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.printf("DamagedFilesTest: -Dtest.seed=%d%n", seed);
        Random random = new Random(seed);
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            Path file = save.bytes(mutated(good, random));
            try (PointerScope scope = new PointerScope()) {
                WeightFiles.read(file);
            } catch (BadInput e) {
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
                refused++;
            } catch (RuntimeException | Error e) {
                fail("trial %d of -Dtest.seed=%d".formatted(trial, seed), e);
            }
        }
        return refused;
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bad = good.clone();
        int at = random.nextInt(bad.length);
        int end = Math.min(bad.length, at + 1 + random.nextInt(8));
        switch (random.nextInt(5)) {
            case 0 -> bad[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> Arrays.fill(bad, at, end, (byte) random.nextInt());
            case 2 -> System.arraycopy(good, random.nextInt(bad.length - (end - at)), bad, at, end - at);
            case 3 -> System.arraycopy(good, end, bad, at, bad.length - end);
            default -> bad = Arrays.copyOf(bad, at);
        }
        return bad;
    }

    private interface Save {
        Path bytes(byte[] bytes) throws IOException;
    }
}
