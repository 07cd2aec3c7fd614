package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.optim.Momenta;
import org.junit.jupiter.api.Test;

class RunConfigTest {

    @Test
    void everyPolicyOfMomentaIsReadBackFromTheConfigurationThatARunWrites() {
        for (String kind : Momenta.kinds().keySet()) {
            RunConfig config = TinyRun.with(RunConfig.DEFAULTS, "momenta={kind: " + kind + ", mu: 0.85}");
            String written = Yaml.dump(config.toMap());
            assertThat(RunConfig.BINDER.bind(RunConfig.DEFAULTS, Yaml.parse("config.yaml", written)))
                    .isEqualTo(config);
        }
    }

    @Test
    void whoseMomentaAreMatchedIsOneOfTwo() {
        String authors = "momenta={kind: joint-gain-matched, like: deepkd-authors}";
        assertThat(TinyRun.with(RunConfig.DEFAULTS, authors).momenta())
                .isEqualTo(new Momenta.JointGainMatched(
                        0.9, 0.075, 0.075, 0.075, Momenta.JointGainMatched.Like.DEEPKD_AUTHORS));
        assertThatThrownBy(() -> TinyRun.with(RunConfig.DEFAULTS, "momenta={kind: joint-gain-matched, like: dot}"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("momenta.like")
                .hasMessageContaining("deepkd, deepkd-authors");
    }
}
