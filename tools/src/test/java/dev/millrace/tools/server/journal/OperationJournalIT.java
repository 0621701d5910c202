package dev.millrace.tools.server.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.metrics.ClientListener.Outcome;
import dev.millrace.queue.QueueMethod;
import dev.millrace.queue.QueueOperation;
import dev.millrace.queue.QueueOperation.Kind;
import dev.millrace.testkit.Await;
import dev.millrace.tools.server.database.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The journal on an H2. */
class OperationJournalIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Database database =
            new Database("jdbc:h2:mem:journal-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1", null, null);

    @AfterEach
    void close() {
        database.close();
    }

    private static QueueOperation operation(Instant at, Kind kind, QueueMethod method, int jobs, long points) {
        return new QueueOperation("flights", at, kind, method, jobs, points, Duration.ofMillis(2), Outcome.VALUE);
    }

    private static void awaitWritten(OperationJournal journal, long rows) {
        Await.until(SOON, () -> journal.statistics().written() == rows, () -> "" + journal.statistics());
    }

    private long rows() throws SQLException {
        try (Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM queue_operations")) {
            count.next();
            return count.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void operations_ofAMoment_areWrittenInFewBatches() throws SQLException {
        try (OperationJournal journal = new OperationJournal(database, 7)) {
            for (int i = 0; i < 1_200; i++) {
                journal.ended(operation(Instant.now(), Kind.ENQUEUE, QueueMethod.PIPELINED, 4, 1_000));
            }
            journal.ended(operation(Instant.now(), Kind.CLAIM, QueueMethod.PIPELINED, 0, 0));

            awaitWritten(journal, 1_200);

            assertThat(journal.statistics().batches()).isBetween(3L, 6L);
            assertThat(journal.statistics().idle()).isEqualTo(1);
            assertThat(journal.statistics().waiting()).isZero();
            assertThat(rows()).isEqualTo(1_200);
        }
    }

    @Test
    void queries_answerByMinuteAndByMethod() throws SQLException {
        Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(600);
        try (OperationJournal journal = new OperationJournal(database, 7)) {
            journal.ended(operation(minute, Kind.ENQUEUE, QueueMethod.PIPELINED, 4, 1_000));
            journal.ended(operation(minute.plusMillis(59_999), Kind.ENQUEUE, QueueMethod.PIPELINED, 8, 2_000));
            journal.ended(operation(minute.plusSeconds(60), Kind.ENQUEUE, QueueMethod.PIPELINED, 3, 30));
            journal.ended(operation(minute, Kind.ENQUEUE, QueueMethod.STANDARD, 1, 10));
            journal.ended(operation(minute, Kind.SETTLE, QueueMethod.PIPELINED, 64, 9));
            journal.ended(operation(minute.minus(2, ChronoUnit.HOURS), Kind.ENQUEUE, QueueMethod.STANDARD, 1, 10));
            journal.ended(operation(minute.minus(2, ChronoUnit.DAYS), Kind.ENQUEUE, QueueMethod.PIPELINED, 9, 9));
            awaitWritten(journal, 7);

            List<BatchesOfMinute> minutes = journal.batches(Kind.ENQUEUE);
            List<MethodFigures> methods = journal.methods(Kind.ENQUEUE);

            assertThat(minutes)
                    .containsExactly(
                            new BatchesOfMinute(minute.toEpochMilli(), 2, 6, 8, 3_000),
                            new BatchesOfMinute(minute.plusSeconds(60).toEpochMilli(), 1, 3, 3, 30));
            assertThat(methods)
                    .containsExactly(
                            new MethodFigures("pipelined", 3, 15, 3_030, 2, 505_000, 0),
                            new MethodFigures("standard", 1, 1, 10, 2, 5_000, 0));
            assertThat(journal.methods(Kind.SETTLE)).hasSize(1);
        }
    }

    @Test
    void rows_thatAreTooOldOrTooMany_areDeleted() throws SQLException {
        Instant now = Instant.now();
        try (OperationJournal journal = new OperationJournal(database, 7)) {
            for (int day = 0; day < 20; day++) {
                journal.ended(operation(now.minus(day, ChronoUnit.DAYS), Kind.ENQUEUE, QueueMethod.STANDARD, 1, 1));
            }
            awaitWritten(journal, 20);
        }

        try (OperationJournal journal = new OperationJournal(database, 7)) {
            Await.until(SOON, () -> journal.statistics().deleted() == 13, () -> "" + journal.statistics());
        }
        try (OperationJournal journal = new OperationJournal(database, 7, 3)) {
            Await.until(SOON, () -> journal.statistics().deleted() == 4, () -> "" + journal.statistics());
        }
        assertThat(rows()).isEqualTo(3);
    }

    @Test
    void tableThatIsGone_isMadeAgain_andGetsEverythingFromThenOn() throws SQLException {
        try (OperationJournal journal = new OperationJournal(database, 7)) {
            journal.ended(operation(Instant.now(), Kind.ENQUEUE, QueueMethod.STANDARD, 1, 1));
            awaitWritten(journal, 1);
            execute("DROP TABLE queue_operations");
            assertThatThrownBy(() -> journal.methods(Kind.ENQUEUE)).isInstanceOf(SQLException.class);

            journal.ended(operation(Instant.now(), Kind.ENQUEUE, QueueMethod.STANDARD, 1, 1));

            awaitWritten(journal, 2);
            assertThat(journal.statistics().failures()).isPositive();
            assertThat(journal.statistics().dropped()).isZero();
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void databaseThatIsAway_holdsUpNobody_andWhatIsTooMuchIsCounted() {
        Database away = new Database("jdbc:h2:tcp://127.0.0.1:1/none", null, null);
        OperationJournal journal = new OperationJournal(away, 7);
        QueueOperation operation = operation(Instant.now(), Kind.ENQUEUE, QueueMethod.STANDARD, 1, 1);
        long began = System.nanoTime();
        for (int i = 0; i < 30_000; i++) {
            journal.ended(operation);
        }
        Duration told = Duration.ofNanos(System.nanoTime() - began);

        assertThat(told).isLessThan(Duration.ofSeconds(2));
        assertThat(journal.statistics().dropped()).isBetween(9_000L, 10_000L);
        assertThat(journal.statistics().written()).isZero();
        journal.close();
        assertThat(journal.statistics().dropped()).isEqualTo(30_000);
        Thread.ofVirtual().start(away::close); // its pool waits for an attempt to connect that is under way
    }

    @Test
    void close_writesWhatIsLeft() throws SQLException {
        OperationJournal journal = new OperationJournal(database, 7);
        for (int i = 0; i < 2_000; i++) {
            journal.ended(operation(Instant.now(), Kind.SETTLE, QueueMethod.PIPELINED, 64, 64));
        }

        journal.close();

        assertThat(rows()).isEqualTo(2_000);
        journal.ended(operation(Instant.now(), Kind.SETTLE, QueueMethod.PIPELINED, 64, 64));
        assertThat(journal.statistics().dropped()).isEqualTo(1);
    }
}
