package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class JointStartTest {

    @Test
    void all_startsThatNeedEachOther_runTogetherAndKeepTheirOrder() {
        CyclicBarrier barrier = new CyclicBarrier(3);

        List<String> started = JointStart.all(
                Stream.of(meeting(barrier, "a"), meeting(barrier, "b"), meeting(barrier, "c")), any -> {});

        assertThat(started).containsExactly("a", "b", "c");
    }

    @Test
    void all_oneFails_closesTheOthersAndThrowsItsFailure() {
        List<String> closed = new ArrayList<>();
        ServerStartException failure = new ServerStartException("no");
        Stream<Supplier<String>> starts = Stream.of(
                () -> "a",
                () -> {
                    throw failure;
                },
                () -> "c");

        assertThatThrownBy(() -> JointStart.all(starts, closed::add)).isSameAs(failure);
        assertThat(closed).containsExactly("a", "c");
    }

    private static Supplier<String> meeting(CyclicBarrier barrier, String name) {
        return () -> {
            try {
                barrier.await(10, TimeUnit.SECONDS);
                return name;
            } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
                throw new IllegalStateException(name + " ran alone", alone);
            }
        };
    }
}
