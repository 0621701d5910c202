package dev.millrace.cache.sql;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheOpener;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.LoadFailure;
import dev.millrace.cache.OutagePolicy;
import dev.millrace.cache.TtlClass;
import dev.millrace.cache.Written;
import dev.millrace.command.MillraceException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/**
 * Caches the results of SQL queries in memory and Redis, each with the tables it depends on; a change of a table ends all
 * that depend on it, in every process.
 *
 * <pre>{@code
 * QueryCache shop = QueryCache.of(dataSource, redis::cache, QueryCacheOptions.ofDefaults("shop"));
 * List<Row> shoes = shop.query(Query.of("SELECT name, price FROM product WHERE category = ?", "product").with("shoes"));
 * shop.update(Query.of("UPDATE product SET price = ? WHERE id = ?", "product").with(price, id));
 * }</pre>
 *
 * <p><b>What is guaranteed</b> of changes made by {@link #update}, in any process, to tables that are named:
 *
 * <ul>
 *   <li>The tables are invalidated after the commit. A query that was being loaded then may have read what was there
 *       before: its result goes to those who wait for it, and is not stored, in no process.
 *   <li>A query that begins after {@code update} has returned sees the change: in this process at once, in others as soon
 *       as the server's message arrives there, as {@link Cache} says. Where two processes invalidate one table at the
 *       same moment, the one may leave the deleting to the other, and hear of it as others do.
 *   <li>While Redis could not be told, this process asks the database past the cache, and tells Redis when it is back.
 * </ul>
 *
 * <p><b>What is not:</b> a change that is made past this class (by other programs, by triggers and cascades on tables that
 * were not named) is seen when {@link #invalidateTable} is called, or when the result's time is over. Whoever runs a
 * transaction of their own must call it <em>after</em> the commit: a query in between would read the old rows, and store
 * them until their time is over. The same goes for a process that dies between its commit and the invalidation, for one
 * that is closed while it could not tell Redis, and for a data source that reads from a replica which lags behind.
 *
 * <p>With Redis gone, queries run against the database, those that are the same at the same time only once. Results larger
 * than the limits are handed out and not stored.
 *
 * <p>Thread-safe. Owns the cache that it opens: close it to close that.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class QueryCache implements AutoCloseable {
    /** What a load may take beyond its statement: a connection to be had, rows to be fetched. */
    private static final Duration BEYOND_STATEMENT = Duration.ofSeconds(2);

    private final QueryCacheOptions options;
    private final Database database;
    private final RowCodec codec;
    private final Cache<QueryKey, Rows> cache;
    private final OwedInvalidations owed;
    private final LongAdder past = new LongAdder();

    private QueryCache(DataSource source, CacheOpener opener, QueryCacheOptions options) {
        this.options = options;
        this.database = new Database(source, options.timeout());
        this.codec = new RowCodec(options.maxRows(), options.maxBytes());
        this.cache = opener.open(cacheOptions(options, codec));
        this.owed = new OwedInvalidations(options.name(), cache::invalidateTag);
    }

    /**
     * A query cache over a database; nothing is asked of it yet.
     *
     * @param source hands out connections; a pool, as a rule
     * @param opener {@code redis::cache}
     */
    public static QueryCache of(DataSource source, CacheOpener opener, QueryCacheOptions options) {
        return new QueryCache(source, opener, options);
    }

    private static CacheOptions<QueryKey, Rows> cacheOptions(QueryCacheOptions options, RowCodec codec) {
        Duration lease = options.timeout().plus(BEYOND_STATEMENT);
        CacheOptions.Times usual = CacheOptions.Times.ofDefaults();
        Duration stale = options.stale();
        return CacheOptions.builder(options.name(), QueryKey.codec(), codec)
                .tags(QueryKey::tables)
                .ttl(options.ttl())
                .maxBytes(options.memoryBytes())
                .compression(options.compression())
                .outage(stale.isZero() ? OutagePolicy.load() : OutagePolicy.staleOk(stale))
                .beta(options.beta())
                .negative(Duration.ZERO)
                .times(new CacheOptions.Times(usual.memory(), usual.untracked(), lease.multipliedBy(2), lease))
                .build();
    }

    /**
     * The rows that a query answers, from memory, from Redis, or from the database.
     *
     * @return an immutable list
     * @throws QueryFailure if the database fails it; the cause is the {@link SQLException}
     * @throws LoadFailure if the same query, run by another, did not end in time
     * @throws MillraceException if the calling thread is interrupted
     */
    public List<Row> query(Query query) {
        return rows(query).rows();
    }

    /** As {@link #query(Query)}, with each row made into something; that is done anew for each call. */
    public <T> List<T> query(Query query, RowMapper<T> mapper) {
        return query(query).stream().map(mapper::map).toList();
    }

    private Rows rows(Query query) {
        if (owed.concern(query.tables())) {
            past.increment();
            return read(query);
        }
        try {
            Rows rows = cache.get(QueryKey.of(query), key -> database.read(query));
            return rows == null ? read(query) : rows;
        } catch (LoadFailure e) {
            throw e.getCause() instanceof SQLException failure ? failed("a query", query.tables(), failure) : e;
        }
    }

    private Rows read(Query query) {
        try {
            return database.read(query);
        } catch (SQLException e) {
            throw failed("a query", query.tables(), e);
        }
    }

    private QueryFailure failed(String what, Set<String> tables, SQLException failure) {
        return new QueryFailure(what, tables, options.timeout(), failure);
    }

    /**
     * Changes the database, and after the commit invalidates the tables that the statement names.
     *
     * @throws QueryFailure if the database fails it; the tables are invalidated all the same, for it may have happened
     */
    public Updated update(Query statement) {
        return update(List.of(statement));
    }

    /**
     * Changes the database by several statements, as one transaction; as {@link #update(Query)}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Updated update(List<Query> statements) {
        if (statements.isEmpty()) {
            throw new IllegalArgumentException("an update has at least one statement");
        }
        Set<String> tables = new TreeSet<>();
        statements.forEach(statement -> tables.addAll(statement.tables()));
        List<Integer> rows;
        try {
            rows = database.change(statements);
        } catch (SQLException e) {
            Written unused = owed.invalidate(tables);
            throw failed("an update", tables, e);
        } catch (RuntimeException e) { // of the driver
            Written unused = owed.invalidate(tables);
            throw e;
        }
        return new Updated(rows, owed.invalidate(tables));
    }

    /**
     * Ends all results that depend on a table, everywhere; for changes that were made past this cache, once they are
     * committed.
     *
     * @return whether that was done; where not, it is tried again as {@link Updated#invalidated} says
     * @throws IllegalArgumentException if the name can't be one of a table
     */
    public Written invalidateTable(String table) {
        return invalidateTables(List.of(table));
    }

    /** As {@link #invalidateTable}, of several. */
    public Written invalidateTables(Collection<String> tables) {
        Set<String> names = new TreeSet<>();
        tables.forEach(table -> names.add(Query.table(table)));
        return owed.invalidate(names);
    }

    /** Changes how long results live, from now on; zero switches caching off, and every query goes to the database. */
    public void ttl(Duration ttl) {
        cache.ttl(TtlClass.DEFAULT, ttl);
    }

    /** The counters at this moment. */
    public QueryCacheStatistics statistics() {
        return new QueryCacheStatistics(cache.statistics(), codec.tooLarge(), past.sum(), owed.size());
    }

    /** The options it was made with. */
    public QueryCacheOptions options() {
        return options;
    }

    /** Closes its cache. What could not be invalidated by now stays believed elsewhere until its time is over. */
    @Override
    public void close() {
        owed.close();
        cache.close();
    }
}
