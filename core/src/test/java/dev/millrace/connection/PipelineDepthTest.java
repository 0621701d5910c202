package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PipelineDepthTest {
    private static final int WINDOW = 32;
    private static final boolean PLATFORM = false;
    private static final boolean VIRTUAL = true;

    private long now;
    private final PipelineDepth depth = new PipelineDepth(8, () -> now);
    private int inside;

    @Test
    void observe_fewForAWindow_letsCallersDoTheirOwn() {
        observe(WINDOW - 1, 8);
        assertThat(depth.few(PLATFORM)).isFalse();
        observe(1, 8);
        assertThat(depth.few(PLATFORM)).isTrue();
        assertThat(depth.few(VIRTUAL)).as("eight virtual callers are many").isFalse();
    }

    @Test
    void observe_twoForAWindow_letsVirtualCallersDoTheirOwnToo() {
        observe(WINDOW, PipelineDepth.FEW_VIRTUAL);
        assertThat(depth.few(PLATFORM)).isTrue();
        assertThat(depth.few(VIRTUAL)).isTrue();
    }

    @Test
    void observe_oneWriteOfMany_beginsTheWindowAnew() {
        observe(WINDOW - 1, 1);
        observe(1, 9);
        observe(WINDOW - 1, 1);
        assertThat(depth.few(PLATFORM)).isFalse();
        observe(1, 1);
        assertThat(depth.few(PLATFORM)).isTrue();
    }

    @Test
    void overflow_ofOneKind_leavesTheOtherAlone() {
        observe(WINDOW, 1);
        depth.overflow(VIRTUAL);
        assertThat(depth.few(VIRTUAL)).isFalse();
        assertThat(depth.few(PLATFORM)).isTrue();
    }

    @Test
    void overflow_soonAfter_makesTheNextWindowTwiceAsLong() {
        int window = WINDOW;
        for (int i = 0; i < 4; i++) {
            observe(window - 1, 1);
            assertThat(depth.few(PLATFORM)).as("window of %d", window).isFalse();
            observe(1, 1);
            assertThat(depth.few(PLATFORM)).isTrue();
            depth.overflow(PLATFORM);
            assertThat(depth.few(PLATFORM)).isFalse();
            window *= 2;
        }
    }

    @Test
    void overflow_afterAWhile_makesTheWindowShortAgain() {
        observe(WINDOW, 1);
        depth.overflow(PLATFORM);
        observe(2 * WINDOW, 1);
        now += 100_000_000;
        depth.overflow(PLATFORM);
        observe(WINDOW, 1);
        assertThat(depth.few(PLATFORM)).isTrue();
    }

    @Test
    void overflow_wrongAllTheTime_windowHasALimit() {
        for (int i = 0; i < 20; i++) {
            observe(8192, 1);
            assertThat(depth.few(PLATFORM)).isTrue();
            depth.overflow(PLATFORM);
        }
    }

    @Test
    void overflow_whileManyAlready_changesNothing() {
        depth.overflow(PLATFORM);
        observe(WINDOW, 1);
        assertThat(depth.few(PLATFORM)).isTrue();
    }

    @Test
    void limit_ofEachKind_isWhatCountsAsFew() {
        assertThat(depth.limit(PLATFORM)).isEqualTo(8);
        assertThat(depth.limit(VIRTUAL)).isEqualTo(PipelineDepth.FEW_VIRTUAL);
        assertThat(new PipelineDepth(1).limit(VIRTUAL)).isEqualTo(1);
    }

    @Test
    void observe_noDirectConnections_neverFew() {
        PipelineDepth none = new PipelineDepth(0);
        for (int i = 0; i < 100_000; i++) {
            none.observe();
        }
        assertThat(none.few(PLATFORM)).isFalse();
        assertThat(none.few(VIRTUAL)).isFalse();
    }

    @Test
    void platform_mostCallersArePlatformThreadsForLong_isTheirKind() throws InterruptedException {
        Thread.ofVirtual().start(depth::enter).join();
        observe(1_000, 1);
        assertThat(depth.platform()).as("as many of both kinds").isFalse();
        observe(200, 2);
        assertThat(depth.platform()).as("not for long").isFalse();
        observe(100, 2);
        assertThat(depth.platform()).isTrue();
    }

    @Test
    void platform_callersHaveGone_isVirtualAgain() {
        observe(300, 9);
        assertThat(depth.platform()).isTrue();
        observe(300, 0);
        assertThat(depth.platform()).isFalse();
    }

    @Test
    void platform_majorityChangesAllTheTime_staysAsItWas() {
        for (int i = 0; i < 100; i++) {
            observe(100, 9);
            observe(1, 0);
        }
        assertThat(depth.platform()).isFalse();
    }

    private void observe(int writes, int callers) {
        for (; inside < callers; inside++) {
            depth.enter();
        }
        for (; inside > callers; inside--) {
            depth.leave();
        }
        for (int i = 0; i < writes; i++) {
            depth.observe();
        }
    }
}
