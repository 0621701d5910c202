package dev.millrace.tools.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ProgressDisplay display =
            ProgressDisplay.lines(new PrintStream(written, true, StandardCharsets.UTF_8), nanos::get);

    @Test
    void lines_fastTask_printsOnlyTheEnd() {
        try (Progress progress = display.start("migrate", 2_000)) {
            progress.advance(1_500);
            progress.advance();
        }

        assertThat(lines()).containsExactly("migrate: 1,501 of 2,000 (75%) after 0.0 s");
    }

    @Test
    void lines_slowTask_printsEveryThreeSeconds() {
        Progress progress = display.start("migrate", 10);
        for (int second = 1; second <= 7; second++) {
            nanos.addAndGet(1_000_000_000L);
            progress.advance();
        }
        progress.close();
        progress.close();

        assertThat(lines())
                .containsExactly(
                        "migrate: 3 of 10 (30%) after 3.0 s",
                        "migrate: 6 of 10 (60%) after 6.0 s", "migrate: 7 of 10 (70%) after 7.0 s");
    }

    @Test
    void start_negativeTotal_isRefused() {
        assertThatThrownBy(() -> display.start("migrate", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bar_onATerminal_drawsTheTask() {
        BarProgress bar = new BarProgress("migrate", 10, new PrintStream(written, true, StandardCharsets.UTF_8));
        bar.advance(10);
        bar.close();
        bar.close();

        assertThat(written.toString(StandardCharsets.UTF_8)).contains("migrate", "100%");
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
