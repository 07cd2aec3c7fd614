package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SubsetTest {

    private static final Shape SHAPE = new Shape(1, 4, 4);
    private final ImageSet hundred = Fixtures.random(100, SHAPE, 10, 1);

    private static Map<Integer, Long> counts(ImageSet set) {
        return IntStream.range(0, set.size())
                .map(set::label)
                .boxed()
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static Stream<String> images(ImageSet set) {
        return IntStream.range(0, set.size()).mapToObj(i -> set.label(i) + Arrays.toString(Fixtures.image(set, i)));
    }

    @Test
    void everyClassHasAsManyImagesGiveOrTakeOne() {
        assertThat(counts(Subset.balanced(hundred, 30)).values()).hasSize(10).containsOnly(3L);
        assertThat(counts(Subset.balanced(hundred, 34)).values()).hasSize(10).containsOnly(3L, 4L);
    }

    @Test
    void aClassWithFewImagesGivesAllOfThem() {
        ImageSet skewed = new InMemoryImages(
                SHAPE, Fixtures.bytes(10 * SHAPE.size(), 2), new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 1, 2});
        assertThat(counts(Subset.balanced(skewed, 7))).isEqualTo(Map.of(0, 4L, 1, 2L, 2, 1L));
    }

    @Test
    void theImagesAreTheSameAtEveryCallAndALargerLimitOnlyAddsToThem() {
        assertThat(images(Subset.balanced(hundred, 25)))
                .containsExactlyElementsOf(images(Subset.balanced(hundred, 25)).toList());
        assertThat(images(Subset.balanced(hundred, 60)))
                .doesNotHaveDuplicates()
                .containsAll(images(Subset.balanced(hundred, 25)).toList());
        assertThat(images(Subset.balanced(hundred, 100)))
                .containsExactlyInAnyOrderElementsOf(images(hundred).toList());
    }

    @Test
    void theImagesAreNotJustTheFirstOfTheirClass() {
        assertThat(Set.copyOf(images(Subset.balanced(hundred, 20)).toList()))
                .isNotEqualTo(Set.copyOf(images(hundred).limit(20).toList()));
    }

    @Test
    void moreImagesThanThereAreAreRefused() {
        assertThatThrownBy(() -> Subset.balanced(hundred, 101))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("data.train-limit must be from 1 to 100")
                .hasMessageContaining("found 101");
        assertThatThrownBy(() -> Subset.balanced(hundred, 0)).isInstanceOf(BadInput.class);
    }
}
