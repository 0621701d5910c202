package dev.millrace.tools.server.records;

import dev.millrace.cache.LoadFailure;
import dev.millrace.cache.Written;
import dev.millrace.cache.sql.Query;
import dev.millrace.cache.sql.QueryCache;
import dev.millrace.cache.sql.QueryFailure;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records over HTTP. Thread-safe. */
final class RecordRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RecordRoutes.class);
    private static final int MOST_READ = 500;
    private static final int MOST_IMPORTED = 5_000;
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Query WARDS =
            Query.of("SELECT ward, COUNT(*) AS patients FROM patients GROUP BY ward ORDER BY ward", PatientTable.NAME);

    /**
     * A table that was changed past this server.
     *
     * @param table its name
     */
    record Table(String table) {
        Table {
            if (table == null || table.isBlank() || table.length() > 200) {
                throw new IllegalArgumentException("table must be the name of a table");
            }
        }
    }

    private final Json json;
    private final PatientTable table;
    private final PatientCache patients;
    private final QueryCache queries;
    private final Supplier<Map<String, Object>> statistics;
    private final AtomicBoolean warming = new AtomicBoolean();

    RecordRoutes(
            Json json,
            PatientTable table,
            PatientCache patients,
            QueryCache queries,
            Supplier<Map<String, Object>> statistics) {
        this.json = json;
        this.table = table;
        this.patients = patients;
        this.queries = queries;
        this.statistics = statistics;
    }

    void add(Routes routes) {
        routes.get("/api/records", guarded(this::list));
        routes.get("/api/records/statistics", context -> context.json(statistics.get()));
        routes.get("/api/records/wards", guarded(this::wards));
        routes.get("/api/records/{id}", guarded(this::get));
        routes.put("/api/records/{id}", guarded(this::put));
        routes.delete("/api/records/{id}", guarded(this::delete));
        routes.post("/api/records/import", guarded(this::importAll));
        routes.post("/api/records/invalidate", guarded(this::invalidate));
        routes.post("/api/records/warm", guarded(this::warm));
    }

    /** A database that fails is a service that is not there now. */
    private static Handler guarded(Handler handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (SQLException | LoadFailure | QueryFailure e) {
                LOG.debug("{} {}: {}", context.method(), context.path(), e.toString());
                throw Problem.unavailable("the database did not do its part; try again later", SOON);
            }
        };
    }

    // ---- reading ----

    private void get(Context context) throws SQLException {
        long id = id(context.pathParam("id"));
        PatientCache.Found found = patients.find(id);
        if (found.patient() == null) {
            throw Problem.notFound("there is no record " + id);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("record", found.patient());
        answer.put("source", found.source().name().toLowerCase(Locale.ROOT));
        answer.put("cached", found.source() != PatientCache.Source.DATABASE);
        answer.put("stale", found.source() == PatientCache.Source.STALE);
        context.json(answer);
    }

    private static long id(String text) {
        try {
            long id = Long.parseLong(text);
            if (id >= 1) {
                return id;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw Problem.badRequest("the id of a record is a whole number from 1");
    }

    private void list(Context context) throws SQLException {
        String text = context.queryParam("ids");
        if (text == null || text.isBlank()) {
            throw Problem.badRequest("say which records, such as ?ids=1,2,3");
        }
        String[] parts = text.split(",", MOST_READ + 1);
        if (parts.length > MOST_READ) {
            throw Problem.unprocessable("up to " + MOST_READ + " records are read at once; ask for fewer");
        }
        Set<Long> ids = new LinkedHashSet<>();
        for (String part : parts) {
            ids.add(id(part.strip()));
        }
        PatientCache.FoundAll found = patients.findAll(List.copyOf(ids));
        Set<Long> missing = new LinkedHashSet<>(ids);
        found.patients().forEach(patient -> missing.remove(patient.id()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("records", found.patients());
        answer.put("missing", missing);
        answer.put("inMemory", found.inMemory());
        answer.put("partial", found.isPartial());
        context.json(answer);
    }

    private void wards(Context context) throws SQLException {
        table.prepare();
        long before = queries.statistics().cache().loads();
        List<Map<String, Object>> wards = new ArrayList<>();
        queries.query(WARDS).forEach(row -> {
            Map<String, Object> ward = new LinkedHashMap<>();
            ward.put("ward", String.valueOf(row.getString("ward")));
            ward.put("patients", java.util.Objects.requireNonNullElse(row.getLong("patients"), 0L));
            wards.add(ward);
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("wards", wards);
        answer.put("cached", queries.statistics().cache().loads() == before);
        context.json(answer);
    }

    // ---- writing ----

    private void put(Context context) throws SQLException {
        long id = id(context.pathParam("id"));
        Patient patient = json.body(context, Patient.Content.class).of(id, System.currentTimeMillis());
        Map<Long, Written> written = patients.write(List.of(patient));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("record", patient);
        answer.put("cache", status(written.get(id)));
        answer.put("queries", status(queries.invalidateTable(PatientTable.NAME)));
        context.json(answer);
    }

    private static String status(@Nullable Written written) {
        return written == null ? "FAILED" : written.status().name();
    }

    private void delete(Context context) throws SQLException {
        long id = id(context.pathParam("id"));
        Written written = patients.delete(id);
        if (written == null) {
            throw Problem.notFound("there is no record " + id);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("deleted", id);
        answer.put("cache", status(written));
        answer.put("queries", status(queries.invalidateTable(PatientTable.NAME)));
        context.json(answer);
    }

    /** All are in the database, or none; what became of each in the cache is told. */
    private void importAll(Context context) throws SQLException {
        Patient.Imported[] given = json.body(context, Patient.Imported[].class);
        if (given.length == 0 || given.length > MOST_IMPORTED) {
            throw Problem.unprocessable(
                    "a list of 1 to " + MOST_IMPORTED + " records is imported at once, not of " + given.length);
        }
        long now = System.currentTimeMillis();
        List<Patient> all = new ArrayList<>(given.length);
        Set<Long> ids = HashSet.newHashSet(given.length);
        for (int i = 0; i < given.length; i++) {
            if (given[i] == null) {
                throw Problem.badRequest("[" + i + "] is null where a record is expected");
            }
            if (!ids.add(given[i].id())) {
                throw Problem.unprocessable(
                        "the record " + given[i].id() + " is in the list twice, again at [" + i + "]");
            }
            all.add(given[i].at(now));
        }
        Map<Long, Written> written = patients.write(all);
        Written wards = queries.invalidateTable(PatientTable.NAME);
        List<Map<String, Object>> results = new ArrayList<>(all.size());
        int failed = 0;
        for (Patient patient : all) {
            String status = status(written.get(patient.id()));
            failed += status.equals("OK") ? 0 : 1;
            results.add(Map.of("id", patient.id(), "status", status));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("imported", all.size());
        answer.put("notCached", failed);
        answer.put("queries", status(wards));
        answer.put("results", results);
        context.json(answer);
    }

    // ---- running ----

    private void invalidate(Context context) {
        String name = json.body(context, Table.class).table();
        if (!name.equalsIgnoreCase(PatientTable.NAME)) {
            throw Problem.unprocessable("nothing here depends on that table; there is " + PatientTable.NAME);
        }
        queries.invalidateTable(PatientTable.NAME).orThrow();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("table", PatientTable.NAME);
        answer.put("records", patients.invalidateAll());
        context.json(answer);
    }

    private void warm(Context context) throws SQLException {
        Warm.Wanted wanted = json.body(context, Warm.Wanted.class);
        if (!warming.compareAndSet(false, true)) {
            throw Problem.conflict("the cache is being warmed; wait until that has ended");
        }
        try {
            context.json(Warm.run(table, patients, wanted));
        } finally {
            warming.set(false);
        }
    }
}
