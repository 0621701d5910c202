package dev.millrace.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import dev.millrace.tools.report.Result;
import dev.millrace.tools.report.ThreadKind;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CellResultTest {
    private static final Cell BLOCKING = new Cell(Workload.BLOCKING_GET, 16, ThreadKind.VIRTUAL, Cell.NO_BATCH);

    @Test
    void toResult_oddRounds_givesTheMiddleAndTheRange() {
        Result result = of(BLOCKING, ClientName.LETTUCE, 30, 10, 20).toResult();

        assertThat(result.operationsPerSecond()).isEqualTo(20);
        assertThat(result.operationsPerSecondMin()).isEqualTo(10);
        assertThat(result.operationsPerSecondMax()).isEqualTo(30);
        assertThat(result.p50Micros()).isEqualTo(20);
        assertThat(result.p99Micros()).isEqualTo(40);
        assertThat(result.allocatedBytesPerOperation()).isEqualTo(5);
        assertThat(result.callers()).isEqualTo(16);
        assertThat(result.threads()).isEqualTo(ThreadKind.VIRTUAL);
        assertThat(result.batch()).isNull();
        assertThat(result.verified()).isTrue();
    }

    @Test
    void toResult_evenRounds_givesTheMeanOfTheMiddleTwo() {
        assertThat(of(BLOCKING, ClientName.LETTUCE, 40, 10, 20, 30).toResult().p50Micros())
                .isEqualTo(25);
    }

    @Test
    void toResult_otherShapes_sayBatchOrWindow() {
        Cell batch = new Cell(Workload.BATCH_SET, 1, ThreadKind.PLATFORM, 100);
        Cell window = new Cell(Workload.ASYNC_GET, 1, ThreadKind.PLATFORM, Cell.NO_BATCH);

        assertThat(of(batch, ClientName.JEDIS, 1).toResult().batch()).isEqualTo(100);
        assertThat(of(window, ClientName.GLIDE, 1).toResult().batch()).isEqualTo(Workload.WINDOW);
    }

    @Test
    void toResult_limit_hasVerifiedNothing() {
        assertThat(of(BLOCKING, ClientName.REDIS_BENCHMARK, 1).toResult().verified())
                .isNull();
    }

    @Test
    void toResult_oneRoundSawWrongData_isNotVerified() {
        CellResult result = new CellResult(
                BLOCKING,
                ClientName.LETTUCE,
                "blocking",
                List.of(measured(10, null), measured(20, "key gave nothing")),
                null);

        assertThat(result.complaint()).isEqualTo("key gave nothing");
        assertThat(result.toResult().verified()).isFalse();
    }

    @Test
    void toResult_noRound_hasNoFigures() {
        Result result =
                new CellResult(BLOCKING, ClientName.GLIDE, "blocking", List.of(), "no answer within 31 s").toResult();

        assertThat(result.operationsPerSecond()).isNull();
        assertThat(result.p99Micros()).isNull();
        assertThat(result.verified()).isFalse();
    }

    private static CellResult of(Cell cell, ClientName client, long... operations) {
        return new CellResult(
                cell,
                client,
                "mode",
                LongStream.of(operations).mapToObj(n -> measured(n, null)).toList(),
                null);
    }

    private static Measurement measured(long operations, @Nullable String mismatch) {
        return new Measurement(
                operations,
                1_000_000_000,
                operations,
                2.0 * operations,
                operations * 1_000,
                operations * 5,
                null,
                null,
                mismatch);
    }
}
