package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.cluster.SlotMigration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Consumers in processes of their own, of which one or another is always being killed, stopped or cut off, on a server to
 * which the same happens: every job is acknowledged, or a dead letter because it is poison; none has two holders whose
 * leases live, none is acknowledged twice, none is lost.
 */
@NoLeakedThreads
class JobQueueChaosIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CONSUMERS = 3;
    private static final int BATCH = 250;

    /** Everything a fault may turn against. */
    private static final class Scene implements AutoCloseable {
        final RedisServer server;
        final FaultProxy proxy;
        final ChaosLedger ledger = new ChaosLedger(ChaosConsumerMain.LEASE);
        final List<ChaosConsumer> consumers = new ArrayList<>();
        final AtomicInteger refusedAsFull = new AtomicInteger();
        private int number;

        Scene(RedisServer server, FaultProxy proxy) {
            this.server = server;
            this.proxy = proxy;
            for (int i = 0; i < CONSUMERS; i++) {
                addConsumer();
            }
        }

        void addConsumer() {
            consumers.add(new ChaosConsumer(number++, List.of(proxy.url()), ledger));
        }

        /** Lets time pass, by the clock that leases are compared with. */
        static void pass(Duration time) {
            long until = System.nanoTime() + time.toNanos();
            Await.until(PATIENCE, () -> System.nanoTime() - until >= 0, () -> time + " have passed");
        }

        @Override
        public void close() {
            consumers.forEach(ChaosConsumer::close);
            consumers.clear();
        }
    }

    private enum Fault {
        CONSUMER_KILLED {
            @Override
            void strike(Scene scene) {
                scene.consumers.removeFirst().close();
                scene.addConsumer();
            }
        },
        CONSUMER_STOPPED_LONGER_THAN_ITS_LEASE {
            @Override
            void strike(Scene scene) {
                ChaosConsumer stopped = scene.consumers.getFirst();
                stopped.pause();
                Scene.pass(ChaosConsumerMain.LEASE.plusMillis(300));
                stopped.resume();
            }
        },
        REPLIES_CUT {
            @Override
            void strike(Scene scene) {
                scene.proxy.cutMidReply(3);
                scene.proxy.cut();
            }
        },
        SCRIPTS_FORGOTTEN {
            @Override
            void strike(Scene scene) {
                scene.server.ask("SCRIPT", "FLUSH");
            }
        },
        SERVER_FULL {
            @Override
            void strike(Scene scene) {
                scene.server.ask("CONFIG", "SET", "maxmemory", "1");
                Scene.pass(Duration.ofMillis(100));
                scene.server.ask("CONFIG", "SET", "maxmemory", "0");
            }
        },
        SERVER_KILLED {
            @Override
            void strike(Scene scene) {
                scene.server.kill();
                scene.server.restart();
            }
        };

        abstract void strike(Scene scene);
    }

    @Test
    @Timeout(300)
    void consumersAndServer_thatDieAndStopAndForget_loseNoJob(TestReporter reporter) {
        chaos(30_000, 1, reporter);
    }

    @Test
    @Tag("stress")
    @Timeout(3_600)
    void millionJobs_consumersAndServerThatDieAndStopAndForget_loseNone(TestReporter reporter) {
        chaos(1_000_000, Integer.getInteger("millrace.chaos.rounds", 8), reporter);
    }

    private static void chaos(int jobs, int rounds, TestReporter reporter) {
        try (RedisServer server = RedisServer.builder().appendOnly().start();
                FaultProxy proxy = FaultProxy.to(server);
                Millrace direct = ChaosConsumerMain.connect(MillraceOptions.builder(server.url()))) {
            JobQueue<String> queue = direct.queue(ChaosConsumerMain.options());
            Scene scene = new Scene(server, proxy);
            Thread producer = producer(queue, jobs, scene.refusedAsFull);
            try (scene) {
                int strikes = rounds * Fault.values().length;
                for (int strike = 0; strike < strikes; strike++) {
                    int before = (int) ((long) jobs * strike / (strikes + 1));
                    Await.until(
                            PATIENCE,
                            () -> scene.ledger.handedOut() > before,
                            () -> scene.ledger.handedOut() + " of " + jobs + " were handed out");
                    Fault.values()[strike % Fault.values().length].strike(scene);
                }
                awaitEnd(queue, producer, jobs);
            }
            QueueStatistics.Counters counters = queue.statistics().counters();
            reporter.publishEntry(
                    "chaos",
                    jobs + " jobs, " + counters.claimed() + " claims, " + counters.expired() + " leases that ran out, "
                            + scene.refusedAsFull + " batches refused by a full server");
            assertThat(counters.expired()).as("leases that ran out").isPositive();
            check(queue, scene.ledger, jobs);
        }
    }

    /** Its keys are not there at times, and at times some are here and some there. */
    @Test
    @Timeout(300)
    void slotThatMovesUnderLoad_losesNoJob(TestReporter reporter) {
        int jobs = 20_000;
        try (RedisCluster cluster = RedisCluster.start();
                Millrace direct = ChaosConsumerMain.connect(
                        MillraceOptions.cluster(cluster.seeds().toArray(String[]::new)))) {
            JobQueue<String> queue = direct.queue(ChaosConsumerMain.options());
            ChaosLedger ledger = new ChaosLedger(ChaosConsumerMain.LEASE);
            List<ChaosConsumer> consumers = new ArrayList<>();
            Thread producer = producer(queue, jobs, new AtomicInteger());
            try {
                for (int i = 0; i < CONSUMERS; i++) {
                    consumers.add(new ChaosConsumer(i, cluster.seeds(), ledger));
                }
                int moves = 4;
                for (int move = 0; move < moves; move++) {
                    int before = jobs * move / (moves + 1);
                    Await.until(PATIENCE, () -> ledger.handedOut() > before, () -> ledger.handedOut() + " of " + jobs);
                    move(cluster);
                }
                awaitEnd(queue, producer, jobs);
            } finally {
                consumers.forEach(ChaosConsumer::close);
            }
            reporter.publishEntry("moves", queue.statistics().counters().toString());
            check(queue, ledger, jobs);
        }
    }

    private static void move(RedisCluster cluster) {
        int slot = RedisCluster.slotOf("millrace:queue:{chaos}:state");
        ClusterNode from = cluster.masterOf(slot);
        ClusterNode to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        SlotMigration migration = cluster.beginMigration(slot, to);
        int moved;
        do {
            moved = migration.moveKeys(1);
        } while (moved > 0);
        migration.finish();
    }

    /** Enqueues until the server has said that it has each; what has no answer is enqueued again. */
    private static Thread producer(JobQueue<String> queue, int jobs, AtomicInteger refusedAsFull) {
        return Thread.ofPlatform().name("producer").start(() -> {
            for (int from = 0; from < jobs; from += BATCH) {
                List<JobSpec<String>> batch = IntStream.range(from, Math.min(jobs, from + BATCH))
                        .mapToObj(id -> JobSpec.builder("payload of " + id)
                                .id(Integer.toString(id))
                                .priority(id % 3)
                                .build())
                        .toList();
                while (!isTaken(queue, batch, refusedAsFull)) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        });
    }

    private static boolean isTaken(JobQueue<String> queue, List<JobSpec<String>> batch, AtomicInteger refusedAsFull) {
        try {
            queue.enqueueBatch(batch);
            return true;
        } catch (ServerError.OutOfMemory full) {
            refusedAsFull.incrementAndGet();
            return false;
        } catch (MillraceException away) {
            return false;
        }
    }

    private static void awaitEnd(JobQueue<String> queue, Thread producer, int jobs) {
        Await.until(Duration.ofMinutes(20), () -> !producer.isAlive(), () -> "all is enqueued");
        Await.until(
                Duration.ofMinutes(20),
                () -> {
                    QueueStatistics now = queue.statistics();
                    return now.counters().completed() + now.dead() == jobs;
                },
                () -> "all has ended: " + queue.statistics());
    }

    private static void check(JobQueue<String> queue, ChaosLedger ledger, int jobs) {
        QueueStatistics end = queue.statistics();
        int poison = (jobs + ChaosConsumerMain.POISON - 1) / ChaosConsumerMain.POISON;
        assertThat(ledger.complaints()).isEmpty();
        assertThat(ledger.handedOut()).isEqualTo(jobs);
        assertThat(ledger.acknowledged()).isLessThanOrEqualTo(jobs - poison);
        assertThat(end.counters().enqueued()).isEqualTo(jobs);
        assertThat(end.counters().completed()).isEqualTo(jobs - poison);
        assertThat(end.dead()).isEqualTo(poison);
        assertThat(end.waiting() + end.leased()).isZero();
        assertThat(end.counters().lost()).isZero();
        assertThat(queue.admin().deadLetters(0, 1_000))
                .allSatisfy(dead -> assertThat(ChaosConsumerMain.isPoison(Integer.parseInt(dead.id())))
                        .isTrue());
        assertThat(queue.admin().audit(true).isClean()).isTrue();
    }

    // ---- what the ledger is good for ----

    @Test
    void ledger_twoHoldersAtOnce_areComplainedOf() {
        ChaosLedger ledger = new ChaosLedger(Duration.ofSeconds(1));
        ledger.take(1, "c 0 100 7 8 9");
        ledger.take(2, "c 500000000 500000100 7"); // half a lease later
        ledger.take(1, "s 500000000 8");
        ledger.take(2, "c 500000000 500000100 8"); // given back by then
        ledger.take(2, "c 999000000 1000000000 9"); // run out
        assertThat(ledger.complaints()).singleElement().asString().startsWith("7 was handed out again");
    }

    @Test
    void ledger_jobAcknowledgedTwice_isComplainedOf() {
        ChaosLedger ledger = new ChaosLedger(Duration.ofSeconds(1));
        ledger.take(1, "a 7 8");
        ledger.take(2, "a 8");
        assertThat(ledger.complaints()).containsExactly("8 was acknowledged 2 times");
    }
}
