package dev.millrace.state;

import static dev.millrace.state.StateFixture.RANK;
import static dev.millrace.state.StateFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.state.StateFixture.Socket;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.sentinel.SentinelTrio;
import dev.millrace.topology.Refresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master is replaced while critical fields change: what it had acknowledged and its successor never got is written again. */
@NoLeakedThreads
@Timeout(120)
class StateFailoverIT {
    private static final int RECORDS = 20;

    private static MillraceOptions.Builder client(SentinelTrio trio) {
        return MillraceOptions.sentinel(trio.masterName(), trio.sentinelSeeds().toArray(String[]::new))
                .commandTimeout(Duration.ofSeconds(2))
                .refresh(new Refresh(Duration.ofMillis(250), Duration.ofMillis(50)));
    }

    @Test
    void failover_thatForgetsAcknowledgedChanges_isMadeGood() throws Exception {
        try (SentinelTrio trio = SentinelTrio.start();
                StateFixture fixture = new StateFixture("game")) {
            State<Socket> a = fixture.open(client(trio), "a", options -> options);
            State<Socket> b = fixture.open(client(trio), "b", options -> options);
            List<StateRecord<Socket>> records = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                records.add(a.register("c" + i, new Socket(), change -> change.set(RANK, 0)));
            }
            until(() -> b.get("c" + (RECORDS - 1)) != null, "both have all records");

            AtomicLongArray acknowledged = new AtomicLongArray(RECORDS);
            AtomicLong count = new AtomicLong();
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                int place = i;
                writers.add(Thread.ofVirtual().start(() -> {
                    for (long rank = 1; !stop.get(); rank++) {
                        try {
                            if (records.get(place).set(RANK, rank)) {
                                acknowledged.set(place, rank);
                                count.incrementAndGet();
                            }
                        } catch (MillraceException lost) {
                            // The next one is tried: what was not acknowledged may be there, or not.
                        }
                    }
                }));
            }
            until(() -> count.get() > 1_000, "it goes on well");
            trio.failOver();
            long after = count.get();
            until(() -> count.get() > after + 1_000, "it goes on at the successor");
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }

            trio.awaitSettled();
            for (int i = 0; i < RECORDS; i++) {
                int place = i;
                until(
                        () -> {
                            long here = records.get(place).get(RANK);
                            StateRecord<Socket> there = b.get("c" + place);
                            return here >= acknowledged.get(place)
                                    && there != null
                                    && there.get(RANK) == here
                                    && Long.toString(here).equals(stored(trio, fixture.key("c", "c" + place)));
                        },
                        "all have what was acknowledged");
                assertThat(records.get(place).isGone()).isFalse();
            }
            assertThat(Objects.requireNonNull(a.health()).counters().reconciled())
                    .isPositive();
        }
    }

    private static String stored(SentinelTrio trio, String key) {
        return String.valueOf(trio.master().ask("HGET", key, RANK.name()));
    }
}
