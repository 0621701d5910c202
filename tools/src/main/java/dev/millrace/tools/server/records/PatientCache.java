package dev.millrace.tools.server.records;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheEntry;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.CacheStatistics;
import dev.millrace.cache.LoadFailure;
import dev.millrace.cache.OutagePolicy;
import dev.millrace.cache.TtlClass;
import dev.millrace.cache.Written;
import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.KeyCodec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Patients, read through the cache and written through it.
 *
 * <p><b>Writes</b> go to the database first and to the cache when they are committed there. Two that write one patient at the same
 * time may reach the cache in the other order than the database; so each looks at the database again when the cache has its value,
 * and deletes what it finds to be another: whoever was last in the cache and not in the database finds that. What Redis could not be
 * given is {@linkplain OwedKeys owed}.
 *
 * <p><b>Without Redis</b> reads are answered with what memory knew, for up to ten minutes, and told to be stale; else by the
 * database.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class PatientCache implements AutoCloseable {
    /** Of what was written; what was loaded is of the default class. */
    private static final TtlClass PATIENT = TtlClass.named("patient");

    private static final Duration STALE = Duration.ofMinutes(10);
    private static final int IN_MEMORY = 50_000;
    private static final int HOT = 1_000;

    /** Where an answer came from. */
    enum Source {
        /** This process's memory. */
        MEMORY,
        /** Redis, or the load of another caller at the same time. */
        REDIS,
        /** The database. */
        DATABASE,
        /** What memory knew before Redis was away. */
        STALE
    }

    /** @param patient null if there is none */
    record Found(@Nullable Patient patient, Source source) {}

    /**
     * @param patients in the order of the ids that were asked for
     * @param isPartial whether some could not be read
     */
    record FoundAll(List<Patient> patients, int inMemory, boolean isPartial) {}

    private final PatientTable table;
    private final Cache<Long, Patient> cache;
    private final OwedKeys owed;

    /** @param prefix what its keys begin with */
    PatientCache(Millrace redis, PatientTable table, String prefix, Duration ttl) {
        this.table = table;
        this.cache = redis.cache(CacheOptions.builder("patients", KeyCodec.longs(), Codec.json(Patient.class))
                .prefix(prefix)
                .loader(table::find)
                .bulkLoader(table::findAll)
                .ttl(ttl)
                .ttl(PATIENT, ttl)
                .maxEntries(IN_MEMORY)
                .tags(id -> java.util.Set.of(PatientTable.NAME))
                .outage(OutagePolicy.staleOk(STALE))
                .warm(HOT)
                .build());
        this.owed = new OwedKeys(cache, PatientTable.NAME);
        owed.start();
    }

    Cache<Long, Patient> cache() {
        return cache;
    }

    CacheStatistics statistics() {
        return cache.statistics();
    }

    /** Records whose old values Redis may still have. */
    int owed() {
        return owed.size();
    }

    // ---- reading ----

    /**
     * A patient, and where he was found.
     *
     * @throws LoadFailure if the database fails, and nothing else has him
     */
    Found find(long id) throws SQLException {
        if (owed.concern(id)) {
            return new Found(table.find(id), Source.DATABASE);
        }
        boolean held = cache.isCached(id);
        AtomicBoolean loaded = new AtomicBoolean();
        Patient patient = cache.get(id, key -> {
            loaded.set(true);
            return table.find(key);
        });
        if (held) {
            return new Found(patient, Source.MEMORY);
        }
        if (loaded.get()) {
            return new Found(patient, Source.DATABASE);
        }
        return new Found(patient, patient == null || cache.isCached(id) ? Source.REDIS : Source.STALE);
    }

    /** Patients by id: at most one trip, and one query. */
    FoundAll findAll(List<Long> ids) throws SQLException {
        int held = 0;
        List<Long> past = new ArrayList<>();
        List<Long> through = new ArrayList<>();
        for (Long id : ids) {
            held += cache.isCached(id) ? 1 : 0;
            (owed.concern(id) ? past : through).add(id);
        }
        Map<Long, Patient> found = new LinkedHashMap<>(past.isEmpty() ? Map.of() : table.findAll(past));
        boolean isPartial = false;
        try {
            found.putAll(cache.getAll(through));
        } catch (LoadFailure e) {
            isPartial = true;
            for (Long id : through) {
                Patient known = cache.getIfCached(id);
                if (known != null) {
                    found.put(id, known);
                }
            }
        }
        List<Patient> ordered = new ArrayList<>(found.size());
        for (Long id : ids) {
            Patient patient = found.get(id);
            if (patient != null) {
                ordered.add(patient);
            }
        }
        return new FoundAll(ordered, held, isPartial);
    }

    // ---- writing ----

    /**
     * Writes patients, all or none.
     *
     * @return what became of each in the cache; the database has all
     * @throws SQLException if the database has none
     */
    Map<Long, Written> write(List<Patient> patients) throws SQLException {
        table.write(patients);
        List<CacheEntry<Long, Patient>> entries = new ArrayList<>(patients.size());
        patients.forEach(patient -> entries.add(CacheEntry.of(patient.id(), patient, PATIENT)));
        Map<Long, Written> written = cache.pipelineSet(entries);
        List<Long> other = changedSince(patients);
        if (!other.isEmpty()) {
            note(cache.invalidate(other));
        }
        note(written);
        return written;
    }

    /** Those that the database has otherwise by now, or can't tell of. */
    private List<Long> changedSince(List<Patient> patients) {
        List<Long> ids = patients.stream().map(Patient::id).toList();
        try {
            Map<Long, Patient> now = table.findAll(ids);
            return patients.stream()
                    .filter(patient -> !patient.equals(now.get(patient.id())))
                    .map(Patient::id)
                    .toList();
        } catch (SQLException e) {
            return ids;
        }
    }

    /** Deletes a patient; null if there was none, else what became of that in the cache. */
    @Nullable
    Written delete(long id) throws SQLException {
        boolean deleted = table.delete(id);
        Written written = cache.invalidate(id);
        note(Map.of(id, written));
        return deleted ? written : null;
    }

    private void note(Map<Long, Written> written) {
        written.forEach((id, its) -> {
            if (!its.isOk()) {
                owed.add(id);
            }
        });
    }

    /** Forgets all, everywhere; for changes that were made past this server. */
    long invalidateAll() {
        return cache.invalidateTag(PatientTable.NAME);
    }

    /** Changes how long records live in the cache; zero switches it off. */
    void ttl(Duration ttl) {
        cache.ttl(PATIENT, ttl);
        cache.ttl(TtlClass.DEFAULT, ttl);
    }

    @Override
    public void close() {
        owed.close();
        cache.close();
    }
}
