package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class HyperLogLogsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void pfadd_newAndKnownElements_tellsWhetherTheEstimateChanged() {
        assertThat(run(HyperLogLogs.pfadd("k", "a", "b"))).isTrue();
        assertThat(run(HyperLogLogs.pfadd("k", "a"))).isFalse();
        assertThat(run(HyperLogLogs.pfadd("k", List.of("c")))).isTrue();
        assertThat(run(HyperLogLogs.pfadd("k", ONE))).isTrue();
        assertThat(run(HyperLogLogs.pfadd(KEY, ONE, TWO))).isTrue();
        assertThat(run(HyperLogLogs.pfcount("k"))).isEqualTo(4);
        assertThat(run(HyperLogLogs.pfcount(KEY))).isEqualTo(2);
        assertThat(run(HyperLogLogs.pfcount("missing"))).isZero();
    }

    @Test
    void pfcountAndPfmerge_severalKeys_countTheUnion() {
        run(HyperLogLogs.pfadd("x", "a", "b"));
        run(HyperLogLogs.pfadd("y", "b", "c"));
        run(HyperLogLogs.pfadd(KEY, ONE));

        assertThat(run(HyperLogLogs.pfcount("x", "y"))).isEqualTo(3);
        assertThat(run(HyperLogLogs.pfcount(List.of("x", "missing")))).isEqualTo(2);
        assertThat(run(HyperLogLogs.pfmerge("all", "x", "y"))).isEqualTo("OK");
        assertThat(run(HyperLogLogs.pfcount("all"))).isEqualTo(3);
        assertThat(run(HyperLogLogs.pfmerge("some", List.of("x")))).isEqualTo("OK");
        assertThat(run(HyperLogLogs.pfcount("some"))).isEqualTo(2);
        assertThat(run(HyperLogLogs.pfmerge(OTHER_KEY, KEY))).isEqualTo("OK");
        assertThat(run(HyperLogLogs.pfcount(OTHER_KEY, KEY))).isEqualTo(1);
    }
}
