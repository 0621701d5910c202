package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WriterTest {

    @Test
    void close_afterSomeTurns_takesNoMore() throws InterruptedException {
        AtomicInteger turns = new AtomicInteger();
        CountDownLatch tenth = new CountDownLatch(10);
        Writer writer = Writer.start(10_000, () -> {
            turns.incrementAndGet();
            tenth.countDown();
        });
        tenth.await();
        writer.close();
        int taken = turns.get();

        writer.close();

        assertThat(turns).hasValue(taken);
        assertThat(writer.rate()).isPositive().isLessThanOrEqualTo(20_000);
    }

    @Test
    void close_longPause_doesNotWaitForIt() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        Writer writer = Writer.start(1e-6, first::countDown);
        first.await();

        writer.close();

        assertThat(first.getCount()).isZero();
    }

    @Test
    void close_turnFailed_throwsWhatItThrew() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        Writer writer = Writer.start(1_000, () -> {
            first.countDown();
            throw new IllegalStateException("on purpose");
        });
        first.await();

        assertThatThrownBy(writer::close).hasMessage("on purpose");
    }
}
