package dev.millrace.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisBenchmarkCsvTest {
    private static final String HEADING = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\","
            + "\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"";

    @Test
    void parse_outputOfSeven_findsTheFigures() {
        assertThat(RedisBenchmarkCsv.parse(List.of(
                        HEADING, "\"GET\",\"920245.38\",\"5.207\",\"0.552\",\"5.351\",\"6.295\",\"6.759\",\"7.423\"")))
                .isEqualTo(new RedisBenchmarkCsv(920_245.38, 5.351, 6.759));
    }

    @Test
    void parse_commandWithCommas_isOneCell() {
        assertThat(RedisBenchmarkCsv.parse(
                        List.of(HEADING, "\"SET a,b,c\",\"10.0\",\"1\",\"1\",\"2.5\",\"1\",\"3.5\",\"1\"")))
                .isEqualTo(new RedisBenchmarkCsv(10.0, 2.5, 3.5));
    }

    @Test
    void parse_otherOrderAndNoise_goesByTheNames() {
        assertThat(RedisBenchmarkCsv.parse(List.of(
                        "WARNING: something",
                        "\"p99_latency_ms\",\"test\",\"p50_latency_ms\",\"rps\"",
                        "",
                        "\"3\",\"GET\",\"2\",\"1\"")))
                .isEqualTo(new RedisBenchmarkCsv(1, 2, 3));
    }

    @Test
    void parse_versionWithoutPercentiles_saysWhichIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisBenchmarkCsv.parse(List.of("\"GET\",\"92024.38\"")))
                .withMessageContaining("6.2 or newer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisBenchmarkCsv.parse(List.of("\"test\",\"rps\"", "\"GET\",\"92024.38\"")))
                .withMessageContaining("6.2 or newer");
    }

    @Test
    void parse_figureThatIsNoNumber_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisBenchmarkCsv.parse(
                        List.of(HEADING, "\"GET\",\"fast\",\"1\",\"1\",\"2\",\"1\",\"3\",\"1\"")))
                .withMessageContaining("no number");
    }
}
