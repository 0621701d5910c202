package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.NoLeakedThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(60)
class RoomTest {
    private static final long FAR = 60_000_000_000L;

    /** A wake-up that got lost would leave a caller to its deadline, a minute away. */
    @Test
    void callers_ofAQueueWithOnePlace_allGetTheirTurn() throws InterruptedException {
        Room room = new Room();
        CallQueue queue = new CallQueue(1, 1000);
        int callers = 8;
        int each = 500;
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < callers; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < each; i++) {
                    NumberedCall call = new NumberedCall(i, 1);
                    while (queue.push(call) == CallQueue.Push.FULL) {
                        if (!room.await(() -> queue.isFullFor(1), System.nanoTime() + FAR)) {
                            refused.incrementAndGet();
                        }
                    }
                }
            }));
        }
        int taken = 0;
        while (taken < callers * each) {
            if (queue.takeAll() != null) {
                taken++;
                room.signal();
            } else {
                Thread.onSpinWait();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refused).hasValue(0);
    }

    @Test
    void await_pastItsDeadline_answersFalse() {
        assertThat(new Room().await(() -> true, System.nanoTime() - 1)).isFalse();
    }

    @Test
    void await_ofAnInterruptedCaller_answersFalseAndStaysInterrupted() throws InterruptedException {
        Room room = new Room();
        CountDownLatch asked = new CountDownLatch(1);
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            boolean gotRoom = room.await(
                    () -> {
                        asked.countDown();
                        return true;
                    },
                    System.nanoTime() + FAR);
            stillInterrupted.set(!gotRoom && Thread.currentThread().isInterrupted());
        });
        asked.await();

        caller.interrupt();
        caller.join();

        assertThat(stillInterrupted).isTrue();
    }
}
