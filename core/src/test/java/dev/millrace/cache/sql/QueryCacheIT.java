package dev.millrace.cache.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries of two processes on one database and one Redis. */
@OnEveryTopology
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class QueryCacheIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Query NAMES = Query.of("SELECT id, name FROM person ORDER BY id", "person");
    private static final Query NAME = Query.of("SELECT name FROM person WHERE id = ?", "person");
    private static final Query RENAME = Query.of("UPDATE person SET name = ? WHERE id = ?", "person");

    private static TestDeployment server;
    private final TestDatabase database = new TestDatabase();
    private final WatchedSource source = database.source();
    private final WatchedSource otherSource = database.source();
    private Millrace redis;
    private Millrace otherRedis;
    private QueryCache cache;
    private QueryCache other;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.ask("FLUSHALL");
        database.run(
                "CREATE TABLE person (id INT PRIMARY KEY, name VARCHAR)",
                "CREATE TABLE address (id INT PRIMARY KEY, city VARCHAR)",
                "INSERT INTO person VALUES (1, 'Ann'), (2, 'Bob')",
                "INSERT INTO address VALUES (1, 'Riga')");
        redis = Millrace.connect(server.options().build());
        otherRedis = Millrace.connect(server.options().build());
        cache = QueryCache.of(source, redis::cache, QueryCacheOptions.ofDefaults("shop"));
        other = QueryCache.of(otherSource, otherRedis::cache, QueryCacheOptions.ofDefaults("shop"));
    }

    @AfterEach
    void close() {
        cache.close();
        other.close();
        redis.close();
        otherRedis.close();
        database.close();
    }

    private static String name(QueryCache of, int id) {
        return of.query(NAME.with(id)).getFirst().getString("name");
    }

    // ---- reading ----

    @Test
    void query_again_isAnsweredFromMemory() {
        List<Row> first = cache.query(NAMES);
        Await.until(
                SOON,
                () -> {
                    assertThat(cache.query(NAMES)).isEqualTo(first);
                    return cache.statistics().cache().hits() > 0;
                },
                "memory answers");

        assertThat(source.connections).hasValue(1);
        assertThat(first).extracting(row -> row.getString("NAME")).containsExactly("Ann", "Bob");
        assertThat(first.getFirst().columns()).containsExactly("ID", "NAME");
    }

    @Test
    void query_loadedByAnotherProcess_isAnsweredFromRedis() {
        List<Row> first = cache.query(NAMES);

        assertThat(other.query(NAMES)).isEqualTo(first);

        assertThat(otherSource.connections).hasValue(0);
    }

    @Test
    void query_withMapper_mapsEachRow() {
        assertThat(cache.query(NAMES, row -> row.getLong("id") + " " + row.getString("name")))
                .containsExactly("1 Ann", "2 Bob");
    }

    @Test
    void query_withoutRows_isKeptToo() {
        Query none = NAME.with(99);
        assertThat(cache.query(none)).isEmpty();
        assertThat(other.query(none)).isEmpty();
        assertThat(source.connections.get() + otherSource.connections.get()).isEqualTo(1);
    }

    @Test
    void query_parametersOfOtherTypes_areOtherQueries() {
        Query echo = Query.of("SELECT CAST(? AS VARCHAR) AS v", "person");
        assertThat(cache.query(echo.with("1")).getFirst().getString("v")).isEqualTo("1");
        assertThat(cache.query(echo.with(1)).getFirst().getString("v")).isEqualTo("1");
        assertThat(cache.query(echo.with((Object) null)).getFirst().getString("v"))
                .isNull();
        assertThat(cache.query(echo.with("null")).getFirst().getString("v")).isEqualTo("null");
        assertThat(source.connections).hasValue(4);
    }

    @Test
    void query_parameterThatLooksLikeSql_isOnlyEverAValue() {
        String attack = "x' OR '1'='1'; DROP TABLE person; --";
        Query byName =
                Query.of("SELECT id FROM person WHERE name = ?", "person").with(attack);

        assertThat(cache.query(byName)).isEmpty();
        cache.update(RENAME.with(attack, 1));

        assertThat(cache.query(byName)).hasSize(1);
        assertThat(cache.query(NAMES)).hasSize(2);
    }

    @Test
    void query_everyParameterType_isBoundAsItself() {
        Object[] values = {
            true,
            1,
            -5_000_000_000L,
            1.5f,
            2.25,
            new BigDecimal("1.50"),
            "text \uD83D\uDE00",
            new byte[] {0, -1},
            LocalDate.of(2024, 2, 29),
            LocalTime.of(23, 59, 58),
            LocalDateTime.of(2024, 2, 29, 1, 2, 3),
            OffsetDateTime.parse("2024-02-29T01:02:03+05:30"),
            Instant.parse("2024-02-29T01:02:03Z"),
            UUID.fromString("00000000-0000-0001-0000-000000000002"),
            null
        };
        Query echo = Query.of(
                        "SELECT CAST(? AS BOOLEAN) c0, CAST(? AS INT) c1, CAST(? AS BIGINT) c2, CAST(? AS REAL) c3,"
                                + " CAST(? AS DOUBLE PRECISION) c4, CAST(? AS DECIMAL(10, 2)) c5, CAST(? AS VARCHAR) c6,"
                                + " CAST(? AS VARBINARY) c7, CAST(? AS DATE) c8, CAST(? AS TIME) c9,"
                                + " CAST(? AS TIMESTAMP) c10, CAST(? AS TIMESTAMP WITH TIME ZONE) c11,"
                                + " CAST(? AS TIMESTAMP WITH TIME ZONE) c12, CAST(? AS UUID) c13, CAST(? AS VARCHAR) c14",
                        "person")
                .with(values);

        for (QueryCache each : List.of(cache, other)) {
            Row row = each.query(echo).getFirst();
            assertThat(row.getBoolean("c0")).isTrue();
            assertThat(row.getLong("c1")).isEqualTo(1);
            assertThat(row.getLong("c2")).isEqualTo(-5_000_000_000L);
            assertThat(row.getDouble("c3")).isEqualTo(1.5);
            assertThat(row.getDouble("c4")).isEqualTo(2.25);
            assertThat(row.getDecimal("c5")).isEqualTo(new BigDecimal("1.50"));
            assertThat(row.getString("c6")).isEqualTo("text \uD83D\uDE00");
            assertThat(row.getBytes("c7")).containsExactly(0, -1);
            assertThat(row.getDate("c8")).isEqualTo(values[8]);
            assertThat(row.getTime("c9")).isEqualTo(values[9]);
            assertThat(row.getDateTime("c10")).isEqualTo(values[10]);
            assertThat(row.getOffsetDateTime("c11")).isEqualTo(values[11]);
            assertThat(row.getInstant("c12")).isEqualTo(values[12]);
            assertThat(row.getUuid("c13")).isEqualTo(values[13]);
            assertThat(row.isNull("c14")).isTrue();
        }
        assertThat(otherSource.connections).hasValue(0);
    }

    @Test
    void query_everyColumnType_comesBackFromRedisAsFromTheDatabase() {
        database.run(
                "CREATE TABLE every (tiny TINYINT, small SMALLINT, whole INT, large BIGINT, approx REAL, exact DOUBLE"
                        + " PRECISION, number DECIMAL(20, 4), truth BOOLEAN, fixed CHAR(3), text VARCHAR, letters CLOB,"
                        + " raw VARBINARY, blob BLOB, dated DATE, clock TIME, stamp TIMESTAMP(9), moment TIMESTAMP(9) WITH"
                        + " TIME ZONE, clockz TIME WITH TIME ZONE, id UUID, mood ENUM('good', 'bad'), span INTERVAL DAY,"
                        + " doc JSON)",
                "INSERT INTO every VALUES (1, 2, 3, 4, 0.1, 0.1, 1.5, TRUE, 'abc', 'text', 'letters', X'00FF', X'0102',"
                        + " DATE '2024-02-29', TIME '23:59:59', TIMESTAMP '2024-02-29 01:02:03.123456789', TIMESTAMP WITH"
                        + " TIME ZONE '2024-02-29 01:02:03+05:30', TIME WITH TIME ZONE '01:02:03+05:30',"
                        + " '00000000-0000-0001-0000-000000000002', 'bad', INTERVAL '3' DAY, JSON '{\"a\":1}')",
                "INSERT INTO every (tiny) VALUES (NULL)");
        Query every = Query.of("SELECT * FROM every ORDER BY tiny NULLS LAST", "every");

        List<Row> rows = cache.query(every);

        assertThat(other.query(every)).isEqualTo(rows);
        assertThat(otherSource.connections).hasValue(0);
        Row full = rows.getFirst();
        assertThat(full.getLong("tiny")).isEqualTo(1);
        assertThat(full.getDouble("approx")).isCloseTo(0.1, org.assertj.core.data.Offset.offset(1e-7));
        assertThat(full.getDecimal("number")).isEqualTo(new BigDecimal("1.5000"));
        assertThat(full.getString("letters")).isEqualTo("letters");
        assertThat(full.getBytes("blob")).containsExactly(1, 2);
        assertThat(full.getDateTime("stamp")).isEqualTo(LocalDateTime.of(2024, 2, 29, 1, 2, 3, 123_456_789));
        assertThat(full.getInstant("moment")).isEqualTo(Instant.parse("2024-02-28T19:32:03Z"));
        assertThat(full.getString("clockz")).startsWith("01:02:03");
        assertThat(full.getString("mood")).isEqualTo("bad");
        assertThat(full.getString("doc")).isEqualTo("{\"a\":1}");
        Row empty = rows.getLast();
        assertThat(empty.columns()).hasSize(22).allMatch(empty::isNull);
    }

    @Test
    void query_columnThatNoRowCanHold_saysSo() {
        assertThatExceptionOfType(QueryFailure.class)
                .isThrownBy(() -> cache.query(Query.of("SELECT ARRAY[1, 2] AS list", "person")))
                .havingCause()
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .withMessageContaining("LIST")
                .withMessageContaining("cast");
    }

    // ---- invalidation ----

    @Test
    void update_ofATable_isSeenAtOnceHereAndSoonElsewhere() {
        for (int i = 0; i < 20; i++) {
            name(cache, 1);
            name(other, 1);
            String name = "Ann " + i;

            Updated updated = cache.update(RENAME.with(name, 1));

            assertThat(updated.total()).isEqualTo(1);
            assertThat(updated.invalidated().isOk()).isTrue();
            assertThat(name(cache, 1)).isEqualTo(name);
            Await.until(SOON, () -> name(other, 1).equals(name), "the new name is seen elsewhere");
        }
    }

    @Test
    void update_ofATable_leavesWhatDependsOnOthers() {
        Query city = Query.of("SELECT city FROM address", "Address");
        Query both = Query.of("SELECT name, city FROM person JOIN address USING (id)", "PERSON", "address");
        cache.query(city);
        cache.query(both);
        int before = source.connections.get();

        cache.update(RENAME.with("Eve", 1));

        assertThat(cache.query(both).getFirst().getString("name")).isEqualTo("Eve");
        assertThat(cache.query(city)).hasSize(1);
        assertThat(source.connections.get() - before).isEqualTo(2); // the update, and both
    }

    @Test
    void update_ofSeveralStatements_isOneTransaction() {
        for (WatchedSource each : List.of(database.source(), database.sourceWithoutAutoCommit())) {
            try (QueryCache own = QueryCache.of(each, redis::cache, QueryCacheOptions.ofDefaults("shop"))) {
                own.query(NAMES);
                assertThatExceptionOfType(QueryFailure.class)
                        .isThrownBy(() -> own.update(List.of(
                                RENAME.with("Eve", 1), Query.of("INSERT INTO person VALUES (1, 'twice')", "person"))));
                assertThat(name(own, 1)).isNotEqualTo("Eve");

                Updated updated = own.update(List.of(RENAME.with("Zoe", 1), RENAME.with("Zoe", 2)));
                assertThat(updated.rows()).containsExactly(1, 1);
                assertThat(own.query(NAMES, row -> row.getString("name"))).containsExactly("Zoe", "Zoe");
                own.update(RENAME.with("Ann", 1));
                assertThat(name(own, 1)).isEqualTo("Ann");
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> cache.update(List.of()));
    }

    @Test
    void invalidateTable_afterAChangePastTheCache_isSeen() {
        name(cache, 1);
        name(other, 1);
        database.run("UPDATE person SET name = 'Eve'");
        assertThat(name(cache, 1)).as("nobody has told it").isEqualTo("Ann");

        assertThat(cache.invalidateTable("Person").isOk()).isTrue();

        assertThat(name(cache, 1)).isEqualTo("Eve");
        Await.until(SOON, () -> name(other, 1).equals("Eve"), "seen elsewhere");
    }

    /** The load has read the old name when the table changes: it answers who waits for it, and nobody else. */
    @Test
    void query_overlappedByAnUpdate_isNotStored() throws InterruptedException {
        for (QueryCache updating : List.of(cache, other)) {
            database.run("UPDATE person SET name = 'old'");
            cache.invalidateTable("person");
            CountDownLatch read = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            source.beforeReturn = () -> {
                read.countDown();
                awaited(go);
            };
            List<String> answers = Collections.synchronizedList(new ArrayList<>());
            Thread caller = Thread.ofVirtual().start(() -> answers.add(name(cache, 1)));
            awaited(read);
            source.beforeReturn = () -> {};

            assertThat(updating.update(RENAME.with("new", 1)).invalidated().isOk())
                    .isTrue();
            if (updating == cache) {
                assertThat(name(cache, 1))
                        .as("does not join the load of before")
                        .isEqualTo("new");
            }
            go.countDown();
            caller.join();

            assertThat(answers).containsExactly("old");
            assertThat(name(other, 1)).isEqualTo("new");
            assertThat(name(cache, 1)).isEqualTo("new");
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void query_sameByManyAtOnce_runsOnce() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        source.beforeReturn = () -> awaited(go);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            callers.add(Thread.ofVirtual().start(() -> cache.query(NAMES)));
        }
        Await.until(SOON, () -> cache.statistics().cache().coalesced() == 99, "all wait");
        go.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(source.connections).hasValue(1);
    }

    // ---- limits and failures ----

    @Test
    void query_largerThanTheLimits_isHandedOutAndNotStored() {
        database.run("INSERT INTO person SELECT x, 'name ' || x FROM SYSTEM_RANGE(3, 500)");
        for (QueryCacheOptions options : List.of(
                QueryCacheOptions.builder("small").maxRows(499).build(),
                QueryCacheOptions.builder("small").maxBytes(2_000).build())) {
            int before = source.connections.get();
            try (QueryCache small = QueryCache.of(source, redis::cache, options)) {
                assertThat(small.query(NAMES)).hasSize(500);
                assertThat(small.query(NAMES)).hasSize(500);
                assertThat(name(small, 7)).isEqualTo("name 7");
                assertThat(name(small, 7)).isEqualTo("name 7");

                assertThat(source.connections.get() - before).isEqualTo(3);
                assertThat(small.statistics().tooLarge()).isEqualTo(2);
            }
            server.ask("FLUSHALL");
        }
    }

    @Test
    void query_badSql_tellsTheDriversException() {
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(QueryFailure.class)
                    .isThrownBy(() -> cache.query(Query.of("SELECT secret FROM nowhere", "Nowhere")))
                    .withMessageContaining("[nowhere]")
                    .withMessageContaining("42S02")
                    .withMessageNotContaining("secret")
                    .withCauseInstanceOf(SQLException.class);
        }
        assertThatExceptionOfType(QueryFailure.class)
                .isThrownBy(() -> cache.update(Query.of("UPDATE person SET nothing = 1", "person")))
                .withMessageContaining("an update failed")
                .withCauseInstanceOf(SQLException.class);
        assertThatExceptionOfType(QueryFailure.class)
                .as("too many parameters")
                .isThrownBy(() -> cache.query(NAME.with(1, 2)));
    }

    @Test
    void query_takesTooLong_isEndedByTheDatabase() {
        QueryCacheOptions options =
                QueryCacheOptions.builder("slow").timeout(Duration.ofSeconds(1)).build();
        try (QueryCache slow = QueryCache.of(source, redis::cache, options)) {
            Query endless = Query.of(
                    "SELECT SUM(a.x * b.x) FROM SYSTEM_RANGE(1, 1000000) a, SYSTEM_RANGE(1, 1000000) b", "person");
            assertThatExceptionOfType(QueryFailure.class)
                    .isThrownBy(() -> slow.query(endless))
                    .withMessageContaining("longer than PT1S");
        }
    }

    @Test
    void ttl_zero_asksTheDatabaseEachTime() {
        cache.ttl(Duration.ZERO);
        name(cache, 1);
        name(cache, 1);
        assertThat(source.connections).hasValue(2);
        assertThat(cache.update(RENAME.with("Eve", 1)).invalidated().isOk()).isTrue();
        cache.ttl(Duration.ofMinutes(1));
        assertThat(name(cache, 1)).isEqualTo("Eve");
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> QueryCacheOptions.ofDefaults(" "));
        for (QueryCacheOptions.Builder builder : List.of(
                QueryCacheOptions.builder("a").maxRows(0),
                QueryCacheOptions.builder("a").maxBytes(0),
                QueryCacheOptions.builder("a").timeout(Duration.ZERO),
                QueryCacheOptions.builder("a").timeout(Duration.ofHours(2)),
                QueryCacheOptions.builder("a").stale(Duration.ofSeconds(-1)))) {
            assertThatIllegalArgumentException().isThrownBy(builder::build);
        }
    }
}
