package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.NoLeakedThreads;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class PlatformTurnTest {
    @Test
    void run_work_isDoneByItsPlatformThread() throws IOException {
        AtomicReference<Thread> worker = new AtomicReference<>();
        PlatformTurn turn = new PlatformTurn("turn", () -> worker.set(Thread.currentThread()));
        assertThat(turn.run()).isTrue();
        assertThat(worker.get()).isSameAs(turn.thread());
        assertThat(worker.get().isVirtual()).isFalse();
        assertThat(worker.get().isAlive()).isFalse();
    }

    @Test
    void run_workFails_isToldSo() {
        for (Throwable failure : new Throwable[] {new IOException("cut"), new IllegalStateException(), new Error()}) {
            PlatformTurn turn = new PlatformTurn("turn", () -> {
                switch (failure) {
                    case IOException e -> throw e;
                    case RuntimeException e -> throw e;
                    default -> throw (Error) failure;
                }
            });
            assertThatThrownBy(turn::run).isSameAs(failure);
        }
    }
}
