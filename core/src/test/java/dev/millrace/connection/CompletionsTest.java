package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.MillraceException;
import dev.millrace.command.Rejected;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(60)
class CompletionsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int LIMIT = 10_000;

    private final Completions completions = new Completions(LIMIT);
    private final DeadlineWatch watch = new DeadlineWatch();

    @AfterEach
    void end() {
        completions.close();
        watch.close();
    }

    @Test
    void promises_fromOneReader_areKeptInItsOrder() {
        List<Integer> kept = new ArrayList<>();
        List<CompletableFuture<?>> ends = new ArrayList<>();
        NumberedCall[] read = new NumberedCall[100];
        for (int reads = 0; reads < 50; reads++) {
            for (int i = 0; i < read.length; i++) {
                int number = reads * read.length + i;
                Promise<Object> promise = new Promise<>();
                ends.add(promise.whenComplete((value, failure) -> kept.add(number)));
                read[i] = finished(number, promise);
            }
            completions.addAll(read, read.length);
        }
        ends.forEach(end -> end.exceptionally(failure -> null).join());

        assertThat(kept).isEqualTo(IntStream.range(0, 5000).boxed().toList());
        awaitNoneOutstanding();
    }

    @Test
    void promises_addedByManyThreads_areEachKeptOnce() throws InterruptedException {
        ConcurrentLinkedQueue<Integer> kept = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = t * 1000;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = first; i < first + 1000; i++) {
                    int number = i;
                    Promise<Object> promise = new Promise<>() {
                        @Override
                        protected void ended(Object outcome) {
                            kept.add(number);
                        }
                    };
                    completions.add(finished(number, promise));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        awaitNoneOutstanding();
        assertThat(kept).hasSize(4000).doesNotHaveDuplicates();
    }

    @Test
    void tryStart_aboveTheLimit_countsNothing() {
        IntStream.range(0, LIMIT)
                .forEach(i -> assertThat(completions.tryStart()).isTrue());

        assertThat(completions.tryStart()).isFalse();
        assertThat(completions.outstanding()).isEqualTo(LIMIT);
    }

    @Test
    void callback_thatWaitsForALaterPromise_isNotWaitedForByIt() {
        watch.add(completions);
        Promise<Object> first = new Promise<>();
        Promise<Object> second = new Promise<>();
        CompletableFuture<?> waiting =
                first.handle((value, failure) -> second.handle((v, f) -> f).join());
        NumberedCall[] sameRead = {finished(1, first), finished(2, second)};

        completions.addAll(sameRead, 2);

        assertThat(waiting.join()).isInstanceOf(Rejected.class);
        awaitNoneOutstanding();
    }

    @Test
    void callbacks_thatBlockOneBehindTheOther_holdUpNobodyForEver() {
        watch.add(completions);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            Promise<Object> blocked = new Promise<>();
            blocked.whenComplete((value, failure) -> awaitQuietly(release));
            completions.add(finished(i, blocked));
        }
        Promise<Object> last = new Promise<>();
        completions.add(finished(5, last));

        assertThat(last.handle((value, failure) -> failure).join()).isInstanceOf(Rejected.class);
        release.countDown();
        awaitNoneOutstanding();
    }

    @Test
    void call_addedAfterClose_isKept() {
        Promise<Object> before = new Promise<>();
        completions.add(finished(1, before));
        completions.close();
        Promise<Object> after = new Promise<>();

        completions.add(finished(2, after));

        assertThat(after.handle((value, failure) -> failure).join()).isInstanceOf(Rejected.class);
    }

    private NumberedCall finished(int number, Promise<?> promise) {
        assertThat(completions.tryStart()).isTrue();
        NumberedCall call = new NumberedCall(number, 1, promise, Long.MAX_VALUE / 2);
        MillraceException refusal = new Rejected("call " + number);
        assertThat(call.trySend()).isTrue();
        assertThat(call.answer(refusal)).isEqualTo(Call.Received.FINISHED);
        return call;
    }

    private void awaitNoneOutstanding() {
        Await.until(SOON, () -> completions.outstanding() == 0, () -> "outstanding: " + completions.outstanding());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
