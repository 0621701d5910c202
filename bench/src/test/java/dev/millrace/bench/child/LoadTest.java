package dev.millrace.bench.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Dataset;
import dev.millrace.bench.workload.Workload;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.tools.report.ThreadKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NoLeakedThreads
final class LoadTest {
    private static final long MILLIS = 50;
    private static final int GENERATION = 77;
    private static final Dataset DATA = Dataset.create();

    @ParameterizedTest
    @EnumSource(value = Workload.class, names = "QUEUE_.*", mode = EnumSource.Mode.MATCH_NONE)
    void run_clientDoesItsWork_isMeasuredAndVerified(Workload workload) throws Exception {
        Measurement measurement = measure(workload, new MapClient(DATA));

        assertThat(measurement.mismatch()).isNull();
        assertThat(measurement.operations()).isPositive();
        assertThat(measurement.nanos()).isGreaterThanOrEqualTo(MILLIS * 1_000_000);
        assertThat(measurement.p99Micros()).isGreaterThanOrEqualTo(measurement.p50Micros());
        assertThat(measurement.cpuNanos()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"BLOCKING_GET", "ASYNC_GET", "BATCH_GET", "CACHE_HIT", "CACHE_ZIPF", "CACHE_PROPAGATION"})
    void run_readsGiveNothing_isNotVerified(Workload workload) throws Exception {
        Measurement measurement = measure(workload, new MapClient(DATA) {
            @Override
            public @Nullable String get(String key) {
                return null;
            }
        });

        assertThat(measurement.mismatch()).contains("gave nothing");
    }

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"BLOCKING_GET", "ASYNC_GET", "BATCH_GET", "CACHE_HIT", "CACHE_ZIPF", "CACHE_PROPAGATION"})
    void run_readsGiveAnotherKeysValue_isNotVerified(Workload workload) throws Exception {
        Measurement measurement = measure(workload, new MapClient(DATA) {
            @Override
            public @Nullable String get(String key) throws Exception {
                return super.get(key.equals(DATA.key(0)) ? DATA.key(1) : DATA.key(0));
            }
        });

        assertThat(measurement.mismatch()).contains("gave a value that is not its own");
    }

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"BLOCKING_SET", "BATCH_SET"})
    void run_writesAreLost_isNotVerified(Workload workload) throws Exception {
        Measurement measurement = measure(workload, new MapClient(DATA) {
            @Override
            public void set(String key, String value) {
                // Acknowledged and forgotten.
            }
        });

        assertThat(measurement.mismatch()).contains("does not hold what was written");
    }

    @Test
    void run_clientThrows_saysWhat() throws Exception {
        Measurement measurement = measure(Workload.BLOCKING_GET, new MapClient(DATA) {
            @Override
            public @Nullable String get(String key) {
                throw new IllegalStateException("wrapped", new IllegalArgumentException("no such thing\nas this"));
            }
        });

        assertThat(measurement.mismatch()).isEqualTo("IllegalArgumentException: no such thing");
        assertThat(measurement.operations()).isZero();
    }

    @Test
    void run_harness_allocatesNextToNothing() throws Exception {
        Measurement measurement = measure(Workload.BLOCKING_GET, new MapClient(DATA));

        // Neither the callers nor this client allocate; what is left is the releasing and ending of callers.
        assertThat(measurement.allocatedBytesPerOperation()).isLessThan(16);
    }

    private static Measurement measure(Workload workload, PeerClient client) throws InterruptedException {
        Cell cell = switch (workload.shape()) {
            case BLOCKING, CACHE -> new Cell(workload, 4, ThreadKind.PLATFORM, Cell.NO_BATCH);
            case ASYNCHRONOUS -> new Cell(workload, 1, ThreadKind.PLATFORM, Cell.NO_BATCH);
            case BATCH -> new Cell(workload, 1, ThreadKind.PLATFORM, 10);
            case QUEUE -> throw new IllegalArgumentException("a queue has a load of its own");
        };
        return new Load(DATA, client, cell).run(MILLIS, GENERATION);
    }
}
