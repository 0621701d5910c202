package dev.millrace.tools.server.flights;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.queue.QueueOperation;
import dev.millrace.tools.server.http.Parameters;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import dev.millrace.tools.server.journal.OperationJournal;
import io.javalin.http.Context;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is asked of the journal of operations. Answers are good for two seconds, so that many who look cost the database little.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class JournalEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(JournalEndpoints.class);
    private static final List<String> KINDS = List.of("enqueue", "claim", "settle");

    private final OperationJournal journal;
    private final Cache<String, Object> recent = Caffeine.newBuilder()
            .maximumSize(10)
            .expireAfterWrite(Duration.ofSeconds(2))
            .build();

    JournalEndpoints(OperationJournal journal) {
        this.journal = journal;
    }

    void routes(Routes routes) {
        routes.get("/api/v2/journal/batches", context -> answer(context, "minutes", journal::batches));
        routes.get("/api/v2/journal/methods", context -> answer(context, "methods", journal::methods));
    }

    /** One of its queries. */
    private interface Query {
        Object run(QueueOperation.Kind kind) throws SQLException;
    }

    private void answer(Context context, String name, Query query) {
        String kind = Parameters.word(context, "kind", KINDS);
        Object rows = recent.getIfPresent(name + " " + kind);
        if (rows == null) {
            rows = run(query, QueueOperation.Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
            recent.put(name + " " + kind, rows);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("kind", kind);
        answer.put(name, rows);
        answer.put("journal", journal.statistics());
        context.json(answer);
    }

    private static Object run(Query query, QueueOperation.Kind kind) {
        try {
            return query.run(kind);
        } catch (SQLException e) {
            LOG.debug("the journal can't be read: {}", e.toString());
            throw Problem.unavailable(
                    "the journal's database can't be read now; what happens meanwhile is kept for it",
                    Duration.ofSeconds(5));
        }
    }
}
