package dev.millrace.tools.server.records;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.tools.server.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The table of patients, in H2 or PostgreSQL. It is made, and filled with a thousand patients that nobody is, when it is used first
 * and is not there: a database that is away at the start is no reason not to start.
 *
 * <p>Thread-safe. Each call takes a connection of the pool; each statement has 5 s.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the pool is
final class PatientTable {
    /** Its name, as queries name what they depend on. */
    static final String NAME = "patients";

    private static final int SEEDED = 1_000;
    private static final int AT_ONCE = 500;
    private static final int TIMEOUT_SECONDS = 5;
    private static final String COLUMNS = "id, name, born, ward, diagnosis, updated";

    private static final String CREATE = "CREATE TABLE IF NOT EXISTS patients (id BIGINT PRIMARY KEY,"
            + " name VARCHAR(200) NOT NULL, born DATE NOT NULL, ward VARCHAR(50) NOT NULL,"
            + " diagnosis VARCHAR(1000) NOT NULL, updated BIGINT NOT NULL)";

    private static final String INSERT = "INSERT INTO patients (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)";
    private static final List<String> WARDS = List.of("cardiology", "neurology", "paediatrics", "surgery", "oncology");
    private static final List<String> FIRST_NAMES =
            List.of("Ada", "Ben", "Clara", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kim", "Lena");
    private static final List<String> LAST_NAMES =
            List.of("Abel", "Berger", "Costa", "Dietz", "Ek", "Fischer", "Gruber", "Haas", "Ilic", "Jung", "Kaya");
    private static final List<String> DIAGNOSES =
            List.of("hypertension", "migraine", "fracture of the wrist", "appendicitis", "asthma", "none yet");

    private final Database database;
    private final String upsert;
    private final ReentrantLock preparing = new ReentrantLock();
    private volatile boolean prepared;

    PatientTable(Database database) {
        this.database = database;
        this.upsert = database.isPostgres()
                ? INSERT + " ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, born = EXCLUDED.born,"
                        + " ward = EXCLUDED.ward, diagnosis = EXCLUDED.diagnosis, updated = EXCLUDED.updated"
                : "MERGE INTO patients (" + COLUMNS + ") KEY (id) VALUES (?, ?, ?, ?, ?, ?)";
    }

    /** Makes and fills it if it is not there. */
    void prepare() throws SQLException {
        if (prepared) {
            return;
        }
        preparing.lock();
        try {
            if (!prepared) {
                database.create(CREATE);
                if (ids(1).isEmpty()) {
                    seed();
                }
                prepared = true;
            }
        } finally {
            preparing.unlock();
        }
    }

    private void seed() throws SQLException {
        List<Patient> patients = new ArrayList<>(SEEDED);
        long now = System.currentTimeMillis();
        for (int id = 1; id <= SEEDED; id++) {
            patients.add(new Patient(
                    id,
                    of(FIRST_NAMES, id) + " " + of(LAST_NAMES, id / FIRST_NAMES.size()),
                    LocalDate.of(1930, 1, 1).plusDays(id * 31L).toString(),
                    of(WARDS, id * 7),
                    of(DIAGNOSES, id * 5 / 3),
                    now));
        }
        try {
            change(INSERT, patients);
        } catch (SQLException e) {
            if (ids(1).isEmpty()) {
                throw e;
            } // else another process was faster
        }
    }

    private static String of(List<String> texts, int number) {
        return texts.get(number % texts.size());
    }

    // ---- reading ----

    /** A patient; null if there is none. */
    @Nullable
    Patient find(long id) throws SQLException {
        return findAll(List.of(id)).get(id);
    }

    /** Patients by id; those that there are not are left out. */
    Map<Long, Patient> findAll(Collection<Long> ids) throws SQLException {
        prepare();
        Map<Long, Patient> found = new HashMap<>();
        List<Long> all = List.copyOf(ids);
        try (Connection connection = database.source().getConnection()) {
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                find(connection, all.subList(from, Math.min(all.size(), from + AT_ONCE)), found);
            }
        }
        return found;
    }

    private static void find(Connection connection, List<Long> ids, Map<Long, Patient> into) throws SQLException {
        String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM patients WHERE id IN (" + marks + ")")) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            for (int i = 0; i < ids.size(); i++) {
                statement.setLong(i + 1, ids.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    into.put(
                            rows.getLong(1),
                            new Patient(
                                    rows.getLong(1),
                                    rows.getString(2),
                                    rows.getObject(3, LocalDate.class).toString(),
                                    rows.getString(4),
                                    rows.getString(5),
                                    rows.getLong(6)));
                }
            }
        }
    }

    /** The first ids. */
    List<Long> first(int most) throws SQLException {
        prepare();
        return ids(most);
    }

    private List<Long> ids(int most) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (Connection connection = database.source().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT id FROM patients ORDER BY id FETCH FIRST ? ROWS ONLY")) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.setInt(1, most);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
        }
        return ids;
    }

    // ---- changing ----

    /** Writes patients, new ones or not, all or none. */
    void write(List<Patient> patients) throws SQLException {
        prepare();
        change(upsert, patients);
    }

    private void change(String sql, List<Patient> patients) throws SQLException {
        try (Connection connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setQueryTimeout(TIMEOUT_SECONDS);
                for (Patient patient : patients) {
                    statement.setLong(1, patient.id());
                    statement.setString(2, patient.name());
                    statement.setObject(3, LocalDate.parse(patient.born()));
                    statement.setString(4, patient.ward());
                    statement.setString(5, patient.diagnosis());
                    statement.setLong(6, patient.updated());
                    statement.addBatch();
                }
                int[] unused = statement.executeBatch();
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** Deletes a patient; false if there was none. */
    boolean delete(long id) throws SQLException {
        prepare();
        try (Connection connection = database.source().getConnection();
                PreparedStatement statement = connection.prepareStatement("DELETE FROM patients WHERE id = ?")) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.setLong(1, id);
            return statement.executeUpdate() > 0;
        }
    }
}
