package dev.millrace.cache.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of queries and changes while Redis is gone. */
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class QueryCacheOutageIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Query NAME = Query.of("SELECT name FROM person", "person");

    private final TestDatabase database = new TestDatabase();
    private final WatchedSource source = database.source();
    private RedisServer server;
    private Millrace redis;
    private Millrace otherRedis;
    private QueryCache cache;
    private QueryCache other;

    @BeforeEach
    void open() {
        database.run("CREATE TABLE person (name VARCHAR)", "INSERT INTO person VALUES ('Ann')");
        server = RedisServer.builder().appendOnly().start();
        redis = Millrace.connect(MillraceOptions.builder(server.url()).build());
        otherRedis = Millrace.connect(MillraceOptions.builder(server.url()).build());
        cache = QueryCache.of(source, redis::cache, QueryCacheOptions.ofDefaults("shop"));
        other = QueryCache.of(database.source(), otherRedis::cache, QueryCacheOptions.ofDefaults("shop"));
    }

    @AfterEach
    void close() {
        cache.close();
        other.close();
        redis.close();
        otherRedis.close();
        server.close();
        database.close();
    }

    private static Query renamed(String name) {
        return Query.of("UPDATE person SET name = ?", "person").with(name);
    }

    private static String name(QueryCache of) {
        return of.query(NAME).getFirst().getString("name");
    }

    @Test
    void query_redisIsGone_asksTheDatabase() {
        assertThat(name(cache)).isEqualTo("Ann");
        server.kill();

        database.run("UPDATE person SET name = 'Eve'");

        Await.until(SOON, () -> name(cache).equals("Eve"), "memory believes nothing any more");
        assertThat(source.connections.get()).isGreaterThan(1);
    }

    /** Its key could not be noted under the table, so that the invalidation finds nothing of it at the server. */
    @Test
    void update_queryIsUnderWaySinceRedisWasGone_isSeenByWhoAsksLater() throws Exception {
        server.kill();
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        source.beforeReturn = () -> {
            read.countDown();
            awaited(go);
        };
        CompletableFuture<String> earlier = started(() -> name(cache));
        awaited(read);
        source.beforeReturn = () -> {};
        server.restart();
        Await.until(SOON, () -> cache.invalidateTable("nothing").isOk(), "Redis is back");

        assertThat(cache.update(renamed("Eve")).invalidated().isOk()).isTrue();
        CompletableFuture<String> later = started(() -> name(cache));
        try {
            assertThat(later.get(20, TimeUnit.SECONDS)).isEqualTo("Eve");
        } finally {
            go.countDown();
        }
        assertThat(earlier.get(20, TimeUnit.SECONDS)).isEqualTo("Ann");
        assertThat(name(cache)).isEqualTo("Eve");
    }

    private static CompletableFuture<String> started(Supplier<String> call) {
        return CompletableFuture.supplyAsync(call, task -> Thread.ofVirtual().start(task));
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Redis still holds the old name when it is back, and so would whoever read it there. */
    @Test
    void update_redisIsGone_isSeenHereAtOnceAndElsewhereWhenItIsBack() {
        assertThat(name(cache)).isEqualTo("Ann");
        assertThat(name(other)).isEqualTo("Ann");
        server.kill();

        Updated updated = cache.update(renamed("Eve"));

        assertThat(updated.total()).isEqualTo(1);
        assertThat(updated.invalidated().isOk()).isFalse();
        assertThat(updated.invalidated().error()).isNotNull();
        assertThat(name(cache)).isEqualTo("Eve");
        assertThat(cache.statistics().owed()).isEqualTo(1);
        assertThat(cache.statistics().past()).isEqualTo(1);

        server.restart();
        Await.until(
                SOON,
                () -> {
                    assertThat(name(cache)).isEqualTo("Eve");
                    return cache.statistics().owed() == 0;
                },
                "Redis is told");
        Await.until(SOON, () -> name(other).equals("Eve"), "seen elsewhere");
        assertThat(name(cache)).isEqualTo("Eve");
    }

    @Test
    void close_whileAnInvalidationIsOwed_leavesNothingBehind() {
        server.kill();
        assertThat(cache.update(renamed("Eve")).invalidated().isOk()).isFalse();
        assertThat(cache.invalidateTable("address").isOk()).isFalse();
        assertThat(cache.statistics().owed()).isEqualTo(2);
        cache.close();
    }
}
